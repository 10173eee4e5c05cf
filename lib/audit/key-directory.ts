import type { AwsClients } from '../collectors/clients.ts';
import { awsManagedS3Key, readKey } from '../collectors/key.ts';
import { parseArn } from '../model/arn.ts';
import type { KeyEvidence } from '../model/evidence.ts';
import { readJson, toJson } from './json-files.ts';
import type { Plan } from './plan.ts';
import type { RecordedFacts } from './recorded-facts.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** Reads each key once a run, however many objects and buckets name it, and saves it with the evidence. */
export type KeyDirectory = {
  /** @param account whose bucket names the key: ids and aliases resolve there */
  readonly get: (reference: string, region: string, account: string) => Promise<KeyEvidence>;
  /** What was read so far for the buckets of an account, for pure code. */
  readonly lookupIn: (account: string) => (reference: string, region: string) => KeyEvidence | undefined;
};

/**
 * A directory over the run's own files: a resumed run asks KMS only for what it has not got. A key is asked for in
 * its own account where that is audited, since only there its policy can be read. `recorded` answers in the place of KMS
 * where facts come from a record.
 */
export function keyDirectory(
  aws: AwsClients,
  store: RunStore,
  { caller, accounts }: Pick<Plan, 'accounts'> & { readonly caller: Pick<Plan['caller'], 'accountId'> },
  recorded: RecordedFacts['key'] = null,
): KeyDirectory {
  const asked = new Map<string, Promise<KeyEvidence>>();
  const known = new Map<string, KeyEvidence>();
  const own = new Set(accounts?.listed);
  const readerOf = (reference: string, account: string): string | undefined => {
    if (accounts === undefined) return undefined;
    const owner = parseArn(reference)?.account;
    return owner !== undefined && own.has(owner) ? owner : account;
  };
  const fetch = async (
    reference: string,
    region: string,
    reader: string | undefined,
  ): Promise<KeyEvidence> => {
    const path = RUN_FILES.key(keyRegion(reference, region), reference, reader);
    let evidence = await readJson<KeyEvidence>(store, path);
    if (evidence === null) {
      const account = reader ?? caller.accountId;
      const facts = recorded
        ? await recorded(reference, region, account)
        : isPredefinedAlias(reference)
          ? awsManagedS3Key(region)
          : await readKey(aws.account(account), reference, region, account);
      evidence = reader === undefined ? facts : { ...facts, accountId: reader };
      await store.write(path, toJson(evidence));
    }
    known.set(keyId(reference, region, reader), evidence);
    return evidence;
  };
  return {
    get: async (reference, region, account) => {
      const reader = readerOf(reference, account);
      const id = keyId(reference, region, reader);
      let reading = asked.get(id);
      if (!reading) {
        reading = fetch(reference, region, reader);
        asked.set(id, reading);
      }
      return reading;
    },
    lookupIn: (account) => (reference, region) =>
      known.get(keyId(reference, region, readerOf(reference, account))),
  };
}

/** The evidence of all keys as the checks of an account's buckets look them up; as `keyDirectory` had them. */
export function keysOfAccount(
  keys: readonly KeyEvidence[],
): (account: string) => (reference: string, region: string) => KeyEvidence | undefined {
  const byId = new Map(keys.map((key) => [keyId(key.reference, key.region, key.accountId), key]));
  return (account) => (reference, region) => {
    const readers = [parseArn(reference)?.account, account, undefined];
    for (const reader of readers) {
      const found = byId.get(keyId(reference, region, reader === '' ? undefined : reader));
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** The same key met from two Regions is two only when the reference does not carry its own. */
const keyId = (reference: string, region: string, reader: string | undefined): string =>
  `${reader ?? ''}|${keyRegion(reference, region)}|${reference}`;

const keyRegion = (reference: string, region: string): string => {
  const own = parseArn(reference)?.region;
  return own === undefined || own === '' ? region : own;
};

/** Describing a predefined alias that has no key yet makes KMS create one: that would be a write. */
const isPredefinedAlias = (reference: string): boolean => /(^|:)alias\/aws\//.test(reference);
