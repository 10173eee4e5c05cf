import { keptDocumentOperations } from './kept-documents.ts';

/** `/?replication`: kept, shown, and not acted on. */
export const replicationOperations = keptDocumentOperations({
  names: { get: 'GetBucketReplication', put: 'PutBucketReplication', delete: 'DeleteBucketReplication' },
  query: 'replication',
  root: 'ReplicationConfiguration',
  actions: { get: 's3:GetReplicationConfiguration', put: 's3:PutReplicationConfiguration' },
  missing: {
    code: 'ReplicationConfigurationNotFoundError',
    message: 'The replication configuration was not found',
  },
  field: 'replication',
});
