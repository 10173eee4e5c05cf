import { keptDocumentOperations } from './kept-documents.ts';

/** `/?lifecycle`: kept, shown, and not acted on. */
export const lifecycleOperations = keptDocumentOperations({
  names: {
    get: 'GetBucketLifecycleConfiguration',
    put: 'PutBucketLifecycleConfiguration',
    delete: 'DeleteBucketLifecycle',
  },
  query: 'lifecycle',
  root: 'LifecycleConfiguration',
  actions: { get: 's3:GetLifecycleConfiguration', put: 's3:PutLifecycleConfiguration' },
  missing: {
    code: 'NoSuchLifecycleConfiguration',
    message: 'The lifecycle configuration does not exist',
  },
  field: 'lifecycle',
});
