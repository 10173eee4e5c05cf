import { AwsFault } from '../operation.ts';
import type { S3Operation } from '../operation.ts';
import type { Bucket } from '../state-s3.ts';
import { writeElement } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { parseBody } from './parse-body.ts';
import { documentResponse, noContent, ok } from './respond.ts';

/** A configuration that the sandbox keeps as a document, without acting on it. */
export type KeptDocument = {
  /** The names of its operations. */
  readonly names: { readonly get: string; readonly put: string; readonly delete: string };
  /** Query parameter, such as `replication`. */
  readonly query: string;
  readonly root: string;
  readonly actions: { readonly get: string; readonly put: string };
  readonly missing: { readonly code: string; readonly message: string };
  readonly field: 'replication' | 'lifecycle';
};

/** Get, Put and Delete of one such configuration. */
export const keptDocumentOperations = (kept: KeptDocument): readonly S3Operation[] => {
  const { names, actions } = kept;
  const query = [kept.query];
  return [
    bucketOperation({ name: names.get, action: actions.get, method: 'GET', query }, ({ bucket }) => {
      const document = bucket[kept.field];
      if (document === null) throw missing(kept, bucket);
      return documentResponse(document);
    }),
    bucketOperation({ name: names.put, action: actions.put, method: 'PUT', query }, ({ bucket, request }) => {
      bucket[kept.field] = writeElement(parseBody(request, kept.root));
      return ok();
    }),
    bucketOperation({ name: names.delete, action: actions.put, method: 'DELETE', query }, ({ bucket }) => {
      bucket[kept.field] = null;
      return noContent();
    }),
  ];
};

const missing = ({ missing: { code, message } }: KeptDocument, bucket: Bucket): AwsFault =>
  new AwsFault(code, 404, message, { fields: { BucketName: bucket.name } });
