import { AwsFault } from '../operation.ts';
import type { XmlObject } from '../xml.ts';
import { childrenNamed, child, childText } from '../xml-parse.ts';
import { bucketOperation, requireWritable } from './define.ts';
import { deleteKey } from './delete-object.ts';
import { malformedXml } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { xmlResponse } from './respond.ts';

const MAX_KEYS = 1000;

/** `POST /?delete`: up to 1,000 keys, each with its own answer. */
export const deleteObjects = bucketOperation(
  { name: 'DeleteObjects', action: 's3:DeleteObject', method: 'POST', query: ['delete'] },
  ({ bucket, request, context }) => {
    requireWritable(bucket);
    const body = parseBody(request, 'Delete');
    const wanted = childrenNamed(body, 'Object');
    if (wanted.length === 0 || wanted.length > MAX_KEYS) throw malformedXml();
    const quiet = childText(body, 'Quiet') === 'true';
    const deleted: XmlObject[] = [];
    const errors: XmlObject[] = [];
    for (const object of wanted) {
      const key = child(object, 'Key')?.text;
      if (key === undefined || key === '') throw malformedXml();
      const versionId = childText(object, 'VersionId') ?? undefined;
      try {
        const condition = childText(object, 'ETag');
        const done = deleteKey(bucket, key, { versionId, condition }, request, context);
        const marker = done.deleteMarker ? { DeleteMarker: true, DeleteMarkerVersionId: done.versionId } : {};
        deleted.push({ Key: key, VersionId: versionId, ...marker });
      } catch (error) {
        if (!(error instanceof AwsFault)) throw error;
        errors.push({ Key: key, VersionId: versionId, Code: error.code, Message: error.message });
      }
    }
    return xmlResponse('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors });
  },
);
