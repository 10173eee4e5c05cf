import { AwsFault } from '../operation.ts';

/** Errors that several S3 operations answer with, in S3's words. */
export const noSuchBucket = (bucket: string): AwsFault =>
  new AwsFault('NoSuchBucket', 404, 'The specified bucket does not exist', {
    fields: { BucketName: bucket },
  });

export const noSuchKey = (key: string, headers: Readonly<Record<string, string>> = {}): AwsFault =>
  new AwsFault('NoSuchKey', 404, 'The specified key does not exist.', { fields: { Key: key }, headers });

export const noSuchVersion = (key: string, versionId: string): AwsFault =>
  new AwsFault('NoSuchVersion', 404, 'The specified version does not exist.', {
    fields: { Key: key, VersionId: versionId },
  });

export const noSuchUpload = (uploadId: string): AwsFault =>
  new AwsFault(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { fields: { UploadId: uploadId } },
  );

export const accessDenied = (message = 'Access Denied'): AwsFault =>
  new AwsFault('AccessDenied', 403, message);

export const invalidArgument = (name: string, value: string, message: string): AwsFault =>
  new AwsFault('InvalidArgument', 400, message, { fields: { ArgumentName: name, ArgumentValue: value } });

export const invalidRequest = (message: string): AwsFault => new AwsFault('InvalidRequest', 400, message);

export const malformedXml = (): AwsFault =>
  new AwsFault(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const preconditionFailed = (condition: string): AwsFault =>
  new AwsFault('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    fields: { Condition: condition },
  });

export const notImplementedHeader = (header: string): AwsFault =>
  new AwsFault('NotImplemented', 501, 'A header you provided implies functionality that is not implemented', {
    fields: { Header: header },
  });

export const methodNotAllowed = (
  method: string,
  resourceType: string,
  headers: Readonly<Record<string, string>> = {},
): AwsFault =>
  new AwsFault('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
    fields: { Method: method, ResourceType: resourceType },
    headers,
  });
