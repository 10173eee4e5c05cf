import { createHash } from 'node:crypto';
import type { S3Response } from '../operation.ts';
import { writeDocument } from '../xml.ts';
import type { XmlValue } from '../xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const XML = 'application/xml';

/** 200 with an XML document. */
export const xmlResponse = (
  root: string,
  value: XmlValue,
  headers: Readonly<Record<string, string>> = {},
): S3Response => ({
  status: 200,
  headers: { 'content-type': XML, ...headers },
  body: writeDocument(root, value, NAMESPACE),
});

/** 200 with a document whose content is XML text already. */
export const xmlTextResponse = (
  root: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): S3Response => ({
  status: 200,
  headers: { 'content-type': XML, ...headers },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${content}</${root}>`,
});

/** 200 with a document that is kept as text, root element and all. */
export const documentResponse = (document: string): S3Response => ({
  status: 200,
  headers: { 'content-type': XML },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${document}`,
});

/** 204 without a body. */
export const noContent = (headers: Readonly<Record<string, string>> = {}): S3Response => ({
  status: 204,
  headers,
});

/** 200 without a body. */
export const ok = (headers: Readonly<Record<string, string>> = {}): S3Response => ({ status: 200, headers });

/** The canonical user id that stands for an account: 64 hex digits, always the same for the same account. */
export const canonicalUserId = (accountId: string): string =>
  createHash('sha256').update(`owner/${accountId}`).digest('hex');

/** Owner element of listings and ACLs. */
export const ownerOf = (accountId: string): { readonly ID: string } => ({ ID: canonicalUserId(accountId) });
