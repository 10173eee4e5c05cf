import { z } from 'zod';
import type { CloudTrailEvent } from '../../state-services.ts';

/** An event as LookupEvents lists it; `time` in milliseconds becomes EventTime. */
export type LookupEvent = {
  readonly EventId: string;
  readonly EventName: string;
  /** `true` or `false`, as text. */
  readonly ReadOnly: string;
  readonly AccessKeyId: string | undefined;
  readonly EventSource: string;
  readonly Username: string | undefined;
  readonly Resources: readonly {
    readonly ResourceType: string | undefined;
    readonly ResourceName: string | undefined;
  }[];
  /** The whole record, as JSON text. */
  readonly CloudTrailEvent: string;
  readonly time: number;
};

/** The members of a record that the list repeats; a test may put any record in, so that none is taken for granted. */
const record = z.object({
  eventID: z.string().catch(''),
  eventName: z.string().catch(''),
  eventSource: z.string().catch(''),
  readOnly: z.boolean().catch(false),
  userIdentity: z
    .object({
      type: z.string().catch(''),
      arn: z.string().optional(),
      accessKeyId: z.string().optional(),
      userName: z.string().optional(),
    })
    .catch({ type: '' }),
  resources: z.array(z.object({ type: z.string().optional(), ARN: z.string().optional() })).catch([]),
});

/** What LookupEvents tells of an event: a few members, and the record as text. */
export function toLookupEvent(event: CloudTrailEvent): LookupEvent {
  const { userIdentity, resources, ...rest } = record.parse(event.record);
  return {
    EventId: rest.eventID,
    EventName: rest.eventName,
    ReadOnly: String(rest.readOnly),
    AccessKeyId: userIdentity.accessKeyId,
    EventSource: rest.eventSource,
    Username: userNameOf(userIdentity),
    Resources: resources.map(({ type, ARN }) => ({ ResourceType: type, ResourceName: ARN })),
    CloudTrailEvent: JSON.stringify(event.record),
    time: event.time,
  };
}

/** A user by name, a role by its session, the root user as `root`. */
function userNameOf(identity: z.output<typeof record>['userIdentity']): string | undefined {
  if (identity.type === 'Root') return 'root';
  return identity.userName ?? identity.arn?.slice(identity.arn.lastIndexOf('/') + 1);
}
