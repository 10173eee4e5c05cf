import type { AwsClients } from '../collectors/clients.ts';
import { awsManagedS3Key, readKey } from '../collectors/key.ts';
import { parseArn } from '../model/arn.ts';
import type { KeyEvidence } from '../model/evidence.ts';
import { readJson, toJson } from './json-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** Reads each key once a run, however many objects and buckets name it, and saves it with the evidence. */
export type KeyDirectory = {
  readonly get: (reference: string, region: string) => Promise<KeyEvidence>;
  /** What was read so far, for pure code. */
  readonly lookup: (reference: string, region: string) => KeyEvidence | undefined;
};

/** A directory over the run's own files: a resumed run asks KMS only for what it has not got. */
export function keyDirectory(aws: AwsClients, store: RunStore, callerAccount: string): KeyDirectory {
  const asked = new Map<string, Promise<KeyEvidence>>();
  const known = new Map<string, KeyEvidence>();
  const fetch = async (reference: string, region: string, id: string): Promise<KeyEvidence> => {
    const path = RUN_FILES.key(keyRegion(reference, region), reference);
    let evidence = await readJson<KeyEvidence>(store, path);
    if (evidence === null) {
      evidence = isPredefinedAlias(reference)
        ? awsManagedS3Key(region)
        : await readKey(aws, reference, region, callerAccount);
      await store.write(path, toJson(evidence));
    }
    known.set(id, evidence);
    return evidence;
  };
  return {
    get: async (reference, region) => {
      const id = keyId(reference, region);
      let reading = asked.get(id);
      if (!reading) {
        reading = fetch(reference, region, id);
        asked.set(id, reading);
      }
      return reading;
    },
    lookup: (reference, region) => known.get(keyId(reference, region)),
  };
}

/** The same key met from two Regions is two only when the reference does not carry its own. */
export const keyId = (reference: string, region: string): string =>
  `${keyRegion(reference, region)}|${reference}`;

const keyRegion = (reference: string, region: string): string => {
  const own = parseArn(reference)?.region;
  return own === undefined || own === '' ? region : own;
};

/** Describing a predefined alias that has no key yet makes KMS create one: that would be a write. */
const isPredefinedAlias = (reference: string): boolean => /(^|:)alias\/aws\//.test(reference);
