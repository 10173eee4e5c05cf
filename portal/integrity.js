import { checkSignature, readKey } from './signature.js';
import { verifyRun } from './verify.js';
import { count, el, listOf } from './view.js';

/** The key that somebody pasted; for this tab and until it is reloaded. */
let ownPem = null;

const orNull = (error) => {
  if (error.status === 404) return null;
  throw error;
};

/** What was pasted is no key: the next check goes by the deployment's again. */
const forgetKey = (error) => {
  ownPem = null;
  throw error;
};

const chip = (good, words) => el('span', { class: `chip ${good ? 'good' : 'bad'}` }, words);

const SAME_PLACE =
  'This key comes from the same place as the audit: who can change the one can change the other. Compare its ' +
  'fingerprint with one that its owner told you by another way, or give the key that you know.';

/** Signature and key: a chip, why, whose key it is and how far that goes. */
function signatureParts(outcome, key, given) {
  if (key === null)
    return [
      el(
        'p',
        {},
        chip(false, 'Not checked'),
        ' No signing key is deployed here: give the key that you know.',
      ),
    ];
  return [
    el('p', {}, chip(outcome.good, outcome.good ? 'Signed' : 'Not signed by this key'), ` ${outcome.why}`),
    el('p', {}, given ? 'Key that you gave: ' : 'Key of this deployment: ', el('code', {}, key.fingerprint)),
    el('p', { class: 'quiet' }, given ? 'The fingerprint is the SHA-256 of the public key.' : SAME_PLACE),
  ];
}

/** A form to check against a key that the person knows. `again` checks anew. */
function keyForm(again) {
  const text = el('textarea', { id: 'own-key', rows: '5', spellcheck: 'false', autocomplete: 'off' });
  text.value = ownPem ?? '';
  const use = (pem) => () => {
    ownPem = pem();
    return again();
  };
  return el(
    'div',
    { class: 'key' },
    el('label', { for: 'own-key' }, 'Public key that you know, in PEM form'),
    text,
    el(
      'p',
      { class: 'actions' },
      el('button', { type: 'button', click: use(() => text.value) }, 'Check against this key'),
      ownPem === null
        ? null
        : el(
            'button',
            { type: 'button', click: use(() => null) },
            'Check against the key of this deployment',
          ),
    ),
  );
}

/**
 * Everything about the integrity of a run, as elements: the signature over its manifest, and its files against the
 * manifest. `again` is called to check anew, with another key.
 */
export async function integrityOf(client, runId, progress, again) {
  const manifestBytes = await client.download(runId, 'manifest.json');
  const manifest = JSON.parse(new TextDecoder().decode(manifestBytes));
  const bundleBytes = await client.download(runId, 'manifest.sigstore.json').catch(orNull);
  const given = ownPem !== null;
  const pem = ownPem ?? (await client.signingKey().catch(orNull))?.pem ?? null;
  const key = pem === null ? null : await readKey(pem).catch(forgetKey);
  const outcome = key && (await checkSignature({ manifestBytes, manifest, bundleBytes, key }));
  const files = await verifyRun(manifest, (path) => client.download(runId, path), progress);
  const whole = files.broken.length === 0 && manifest.runId === runId;
  return [
    el(
      'p',
      {},
      chip(whole, whole ? 'Whole' : 'Not whole'),
      whole
        ? ` All ${count(files.files)} files are byte for byte as the manifest has them.`
        : ` ${count(files.broken.length)} of ${count(files.files)} files are not as the manifest has them.`,
    ),
    ...signatureParts(outcome, key, given),
    ...(whole ? [] : listOf('Not as in the manifest', files.broken)),
    keyForm(again),
  ];
}
