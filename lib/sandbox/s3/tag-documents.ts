import { AwsFault } from '../operation.ts';
import type { S3Request } from '../operation.ts';
import type { XmlObject } from '../xml.ts';
import { child, childrenNamed } from '../xml-parse.ts';
import type { XmlElement } from '../xml-parse.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';

/** Tags that a bucket may have. */
export const MAX_BUCKET_TAGS = 50;

/** `<Tagging><TagSet>…` of tags. */
export const tagSet = (tags: Iterable<readonly [string, string]>): XmlObject => ({
  TagSet: { Tag: Array.from(tags, ([Key, Value]) => ({ Key, Value })) },
});

/**
 * The tags of a request body, at most `max`.
 * @throws AwsFault 400 MalformedXML, InvalidTag or BadRequest
 */
export function readTagSet(request: S3Request, max: number): Map<string, string> {
  const set = child(parseBody(request, 'Tagging'), 'TagSet');
  if (!set) throw malformedXml();
  return tagsOf(set, max);
}

/**
 * The `<Tag>` elements in another one, at most `max`.
 * @throws AwsFault as `readTagSet`
 */
export function tagsOf(set: XmlElement, max: number): Map<string, string> {
  const tags = new Map<string, string>();
  for (const element of childrenNamed(set, 'Tag')) {
    const key = child(element, 'Key')?.text;
    const value = child(element, 'Value')?.text;
    if (key === undefined || key === '' || value === undefined) throw malformedXml();
    if (key.length > 128 || value.length > 256 || key.startsWith('aws:')) {
      throw new AwsFault('InvalidTag', 400, 'The tag provided was not a valid tag.');
    }
    if (tags.has(key))
      throw new AwsFault('InvalidTag', 400, 'Cannot provide multiple Tags with the same key');
    tags.set(key, value);
  }
  if (tags.size > max) throw new AwsFault('BadRequest', 400, `Tag count cannot be greater than ${max}`);
  return tags;
}
