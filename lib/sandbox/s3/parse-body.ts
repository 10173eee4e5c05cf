import type { S3Request } from '../operation.ts';
import { parseXml } from '../xml-parse.ts';
import type { XmlElement } from '../xml-parse.ts';
import { malformedXml } from './faults.ts';

/**
 * The XML document a request carries.
 * @throws AwsFault MalformedXML when it is not XML or its root has another name
 */
export function parseBody(request: S3Request, root: string): XmlElement {
  let element: XmlElement;
  try {
    element = parseXml(request.body.toString('utf8'));
  } catch {
    throw malformedXml();
  }
  if (element.name !== root) throw malformedXml();
  return element;
}
