import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bundleText, parseBundle, preAuthEncoding } from '../../lib/seal/bundle.ts';
import { canonicalJson } from '../../lib/seal/canonical-json.ts';
import { sha256 } from '../../lib/seal/digest.ts';
import { fingerprintOf } from '../../lib/seal/keys.ts';
import { manifestText, SEAL_FILES } from '../../lib/seal/manifest.ts';
import { isSignedBy, signManifest } from '../../lib/seal/signer.ts';
import { statementText } from '../../lib/seal/statement.ts';
import { verifyPack } from '../../lib/seal/verify.ts';
import { edSigner, FILES, manifestOf, otherSigner, readerOf, sealedPack, signer } from './packs.ts';
import type { MemoryPack } from './packs.ts';

const { manifest: MANIFEST, signature: SIGNATURE } = SEAL_FILES;
const verify = async (pack: MemoryPack, by = signer) => verifyPack(readerOf(pack), by.publicKey);
const codes = async (pack: MemoryPack) => (await verify(pack)).problems.map(({ code }) => code);

type Mutation = readonly [
  what: string,
  change: (pack: MemoryPack) => unknown,
  codes: string[],
  named: RegExp,
];
const swap = (pack: MemoryPack, a: string, b: string) => {
  const [one, other] = [pack.get(a)!, pack.get(b)!];
  pack.set(a, other).set(b, one);
};
const edit = (pack: MemoryPack, path: string, change: (text: string) => string) =>
  pack.set(path, Buffer.from(change(pack.get(path)!.toString())));
const move = (pack: MemoryPack, from: string, to: string) => {
  pack.set(to, pack.get(from)!);
  pack.delete(from);
};

const MUTATIONS: readonly Mutation[] = [
  [
    'a changed file',
    (p) => edit(p, 'findings.json', (t) => t.replace('[]', '{}')),
    ['FILE_CHANGED'],
    /^findings\.json was changed/,
  ],
  [
    'a longer file',
    (p) => edit(p, 'report.html', (t) => `${t} `),
    ['FILE_CHANGED'],
    /^report\.html was changed/,
  ],
  [
    'a file cut short',
    (p) => edit(p, 'report.html', (t) => t.slice(0, 9)),
    ['FILE_TRUNCATED'],
    /report\.html was cut: it has 9 of its 36 bytes/,
  ],
  ['an emptied file', (p) => edit(p, 'report.html', () => ''), ['FILE_TRUNCATED'], /0 of its 36/],
  [
    'a missing file',
    (p) => p.delete('evidence/plan.json'),
    ['FILE_MISSING'],
    /evidence\/plan\.json is missing/,
  ],
  [
    'an added file',
    (p) => p.set('evidence/x.json', Buffer.from('1')),
    ['FILE_ADDED'],
    /evidence\/x\.json is not part/,
  ],
  ['an empty added file', (p) => p.set('.hidden', Buffer.alloc(0)), ['FILE_ADDED'], /\.hidden/],
  [
    'a renamed file',
    (p) => move(p, 'findings.json', 'findings2.json'),
    ['FILE_RENAMED'],
    /findings\.json was renamed to findings2\.json/,
  ],
  [
    'two swapped files',
    (p) => swap(p, 'evidence/buckets/a.json', 'evidence/buckets/b.json'),
    ['FILES_SWAPPED'],
    /a\.json and evidence\/buckets\/b\.json were swapped/,
  ],
  [
    'a file copied over another',
    (p) => p.set('evidence/buckets/a.json', p.get('evidence/buckets/b.json')!),
    ['FILE_CHANGED'],
    /holds the bytes of evidence\/buckets\/b\.json/,
  ],
  [
    'a file moved over another',
    (p) => move(p, 'evidence/buckets/b.json', 'evidence/buckets/a.json'),
    ['FILE_CHANGED', 'FILE_MISSING'],
    /a\.json was replaced/,
  ],
  ['no manifest', (p) => p.delete(MANIFEST), ['MANIFEST_MISSING'], /no manifest\.json/],
  [
    'a manifest cut short',
    (p) => edit(p, MANIFEST, (t) => t.slice(0, 200)),
    ['MANIFEST_CHANGED'],
    /manifest\.json is not the one that was signed/,
  ],
  [
    'a manifest with a line end',
    (p) => edit(p, MANIFEST, (t) => `${t}\n`),
    ['MANIFEST_CHANGED'],
    /manifest\.json/,
  ],
  [
    'a manifest of another version',
    (p) => edit(p, MANIFEST, (t) => t.replace('"schemaVersion":1', '"schemaVersion":2')),
    ['MANIFEST_CHANGED'],
    /manifest\.json/,
  ],
  ['no signature', (p) => p.delete(SIGNATURE), ['SIGNATURE_MISSING'], /nobody vouches/],
  [
    'a signature cut short',
    (p) => edit(p, SIGNATURE, (t) => t.slice(0, -5)),
    ['SIGNATURE_MALFORMED'],
    /not a Sigstore bundle/,
  ],
  [
    'a signature file with a space',
    (p) => edit(p, SIGNATURE, (t) => `${t} `),
    ['SIGNATURE_CHANGED'],
    /does not cover/,
  ],
  [
    'another hint',
    (p) => edit(p, SIGNATURE, (t) => t.replace(/"hint":"./, '"hint":"_')),
    ['SIGNATURE_CHANGED'],
    /does not cover/,
  ],
  [
    'an unsigned member in the bundle',
    (p) => edit(p, SIGNATURE, (t) => t.replace('{', '{"a":1,')),
    ['SIGNATURE_CHANGED'],
    /does not cover/,
  ],
];

describe('verification', () => {
  test.each([['P-256', signer] as const, ['Ed25519', edSigner] as const])(
    'a whole pack signed with %s is whole',
    async (_, by) => {
      const verdict = await verify(await sealedPack(by), by);
      expect(verdict).toMatchObject({ verdict: 'whole', problems: [], files: 7 });
      expect(verdict.manifest?.runId).toBe('20261124T141502Z-5f3a9c');
    },
  );

  test('the order in which files and rule packs were gathered changes no byte', async () => {
    const manifest = manifestOf(FILES, {
      rulePacks: ['pii', 'baseline', 'hipaa'].map((pack) => ({ pack, sha256: sha256(pack) })),
    });
    const turned = {
      ...manifest,
      files: [...manifest.files].reverse(),
      rulePacks: [...manifest.rulePacks].reverse(),
    };
    expect(manifestText(turned)).toBe(manifestText(manifest));
    expect(statementText(turned)).toBe(statementText(manifest));
    const { rulePacks } = manifest;
    expect(await verify(await sealedPack(signer, { rulePacks }))).toMatchObject({ verdict: 'whole' });
  });

  test.each(MUTATIONS)('%s is caught and named', async (_, change, expected, named) => {
    const pack = await sealedPack();
    change(pack);
    const { verdict, problems } = await verify(pack);
    expect(verdict).toBe('broken');
    expect(problems.map(({ code }) => code)).toEqual(expected);
    expect(problems[0]!.message).toMatch(named);
  });

  test('a change of any one byte of any one file is caught, and that file is named', async () => {
    const whole = await sealedPack();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole.keys()),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (path, where, flip) => {
          const pack = new Map([...whole].map(([name, bytes]) => [name, Buffer.from(bytes)]));
          const bytes = pack.get(path)!;
          bytes[Math.floor(where * bytes.length)]! ^= flip;
          const { verdict, problems } = await verify(pack);
          expect(verdict).toBe('broken');
          expect(problems.map(({ subject }) => subject)).toEqual([path]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('every single byte of the two seal files counts', async () => {
    const whole = await sealedPack();
    for (const path of [MANIFEST, SIGNATURE]) {
      for (let at = 0; at < whole.get(path)!.length; at += 1) {
        const bytes = Buffer.from(whole.get(path)!);
        bytes[at]! ^= 1;
        const { verdict, problems } = await verify(new Map([...whole, [path, bytes]]));
        expect([at, verdict, problems.map(({ subject }) => subject)]).toEqual([at, 'broken', [path]]);
      }
    }
  });

  test('any mix of mutations is broken, and every touched file is named', async () => {
    const whole = await sealedPack();
    const names = Object.keys(FILES);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('change' as const), path: fc.constantFrom(...names) }),
      fc.record({ kind: fc.constant('remove' as const), path: fc.constantFrom(...names) }),
      fc.record({ kind: fc.constant('rename' as const), path: fc.constantFrom(...names) }),
      fc.record({ kind: fc.constant('add' as const), path: fc.constantFrom('x', 'evidence/y', '~') }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(step, { minLength: 1, selector: ({ path }) => path }),
        async (steps) => {
          const pack = new Map(whole);
          for (const { kind, path } of steps) {
            if (kind === 'change') edit(pack, path, (text) => `${text}!${path}`);
            if (kind === 'remove') pack.delete(path);
            if (kind === 'rename') move(pack, path, `${path}.renamed`);
            if (kind === 'add') pack.set(path, Buffer.from(`new ${path}`));
          }
          const { verdict, problems } = await verify(pack);
          expect(verdict).toBe('broken');
          expect(problems.map(({ subject }) => subject).sort()).toEqual(steps.map(({ path }) => path).sort());
        },
      ),
    );
  });

  test('a wrong key is told from a broken signature, and both fingerprints are shown', async () => {
    const verdict = await verify(await sealedPack(), otherSigner);
    expect(verdict.problems.map(({ code }) => code)).toEqual(['WRONG_KEY']);
    expect(verdict.problems[0]!.message).toContain(fingerprintOf(signer.publicKey));
    expect(verdict.problems[0]!.message).toContain(fingerprintOf(otherSigner.publicKey));
  });

  test('under a wrong key the files are still compared with the manifest', async () => {
    const pack = await sealedPack(otherSigner);
    edit(pack, 'report.html', () => 'x');
    expect(await codes(pack)).toEqual(['WRONG_KEY', 'FILE_TRUNCATED']);
  });

  test('a forged pack with a manifest to match does not pass under the old signature', async () => {
    const pack = await sealedPack();
    const files = { ...FILES, 'findings.json': '{"findings":["all is well"]}' };
    pack.set('findings.json', Buffer.from(files['findings.json']));
    pack.set(MANIFEST, Buffer.from(manifestText(manifestOf(files))));
    expect(await codes(pack)).toEqual(['MANIFEST_CHANGED', 'FILE_CHANGED']);
  });

  test('the seal of another run does not fit', async () => {
    const [pack, other] = [await sealedPack(), await sealedPack(signer, { runId: 'another' })];
    pack.set(SIGNATURE, other.get(SIGNATURE)!);
    expect(await codes(pack)).toEqual(['MANIFEST_CHANGED']);
  });

  test('something else that the key signed is no seal', async () => {
    const pack = await sealedPack();
    const text = pack.get(MANIFEST)!.toString();
    const payload = Buffer.from(
      canonicalJson({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [
          { name: MANIFEST, digest: { sha256: sha256(text) } },
          ...Object.entries(FILES).map(([name, body]) => ({ name, digest: { sha256: sha256(body) } })),
        ],
        predicateType: 'https://example.org/looked-at',
        predicate: {},
      }),
    );
    const signature = await signer.sign(preAuthEncoding(payload));
    pack.set(
      SIGNATURE,
      Buffer.from(bundleText({ payload, signature, hint: fingerprintOf(signer.publicKey) })),
    );
    expect(await codes(pack)).toEqual(['SIGNATURE_CHANGED']);
  });

  describe('a pack from a newer version', () => {
    async function newer() {
      const pack = await sealedPack();
      const text = canonicalJson({ schemaVersion: 2, everything: 'else' });
      const payload = Buffer.from(
        canonicalJson({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [
            { name: MANIFEST, digest: { sha256: sha256(text) } },
            ...Object.entries(FILES).map(([name, body]) => ({ name, digest: { sha256: sha256(body) } })),
          ],
          predicateType: 'urn:sealcheck:evidence-pack:v2',
        }),
      );
      const signature = await signer.sign(preAuthEncoding(payload));
      pack.set(MANIFEST, Buffer.from(text));
      return pack.set(
        SIGNATURE,
        Buffer.from(bundleText({ payload, signature, hint: fingerprintOf(signer.publicKey) })),
      );
    }

    test('is undecided: neither whole nor broken', async () => {
      const { verdict, problems } = await verify(await newer());
      expect([verdict, problems.map(({ code }) => code)]).toEqual(['undecided', ['NEWER_VERSION']]);
    });

    test('is broken where its signature already says so', async () => {
      const pack = await newer();
      edit(pack, 'report.html', () => 'x');
      expect(await codes(pack)).toEqual(['NEWER_VERSION', 'FILE_CHANGED']);
      expect((await verify(pack)).verdict).toBe('broken');
    });
  });

  test('a link or a pipe in place of a file is not followed', async () => {
    const pack = await sealedPack();
    const reader = readerOf(pack);
    const verdict = await verifyPack(
      {
        ...reader,
        list: async () =>
          (await reader.list()).map((item) =>
            item.path === 'report.html' ? { ...item, file: false } : item,
          ),
        open: (path) => {
          if (path === 'report.html') throw new Error('opened');
          return reader.open(path);
        },
      },
      signer.publicKey,
    );
    expect(verdict.problems).toEqual([
      { code: 'FILE_CHANGED', subject: 'report.html', message: 'report.html is no longer a plain file.' },
    ]);
  });

  test.each([
    ['a path that leaves the pack', { path: '../outside', bytes: 1, sha256: sha256('') }],
    ['an absolute path', { path: '/etc/passwd', bytes: 1, sha256: sha256('') }],
    ['a hash that is none', { path: 'x', bytes: 1, sha256: 'abc' }],
  ])('a manifest that lists %s is malformed, even when it is signed', async (_, entry) => {
    const manifest = { ...manifestOf(FILES), files: [entry] };
    const pack: MemoryPack = new Map([
      [MANIFEST, Buffer.from(canonicalJson(manifest))],
      [SIGNATURE, Buffer.from(await signManifest(manifest, signer))],
    ]);
    expect(await codes(pack)).toContain('MANIFEST_MALFORMED');
  });

  test('a signer that answers nonsense is not believed', async () => {
    const liar = { ...signer, sign: () => Promise.resolve(Buffer.alloc(70)) };
    await expect(signManifest(manifestOf(FILES), liar)).rejects.toMatchObject({ code: 'FAILED' });
  });

  test('a bundle reads back as what was written', async () => {
    const bundle = parseBundle((await sealedPack()).get(SIGNATURE)!.toString())!;
    expect(isSignedBy(signer.publicKey, preAuthEncoding(bundle.payload), bundle.signature)).toBe(true);
    expect(bundle.hint).toBe(fingerprintOf(signer.publicKey));
  });
});
