import { z } from 'zod';
import type { ConfigItem } from '../../state-services.ts';

const jsonText = z.string().transform((text): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
});
const jsonTexts = z.record(z.string(), jsonText).catch({});
const tags = z.record(z.string(), z.string()).catch({});

/**
 * A resource as advanced queries see it: JSON text opened into objects once, so that AccessControlList, encoded
 * twice, stays text, as does policyText; tags become a list.
 */
export function nestedResource({ accountId, region, item }: ConfigItem): Readonly<Record<string, unknown>> {
  return {
    ...item,
    accountId,
    awsRegion: region,
    configuration: jsonText.catch(null).parse(item['configuration']),
    supplementaryConfiguration: jsonTexts.parse(item['supplementaryConfiguration']),
    tags: Object.entries(tags.parse(item['tags'])).map(([key, value]) => ({
      key,
      value,
      tag: `${key}=${value}`,
    })),
  };
}
