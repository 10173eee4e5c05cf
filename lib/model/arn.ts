/** `arn:partition:service:region:account:resource`, split; the resource may itself hold colons. */
export type Arn = {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
};

/** The parts of an ARN, or null when the text is not one. */
export function parseArn(text: string): Arn | null {
  const parts = text.split(':');
  const [prefix, partition, service, region, account] = parts;
  if (prefix !== 'arn' || parts.length < 6 || !partition || !service) return null;
  return {
    partition,
    service,
    region: region ?? '',
    account: account ?? '',
    resource: parts.slice(5).join(':'),
  };
}

/** ARN of a bucket; buckets carry neither Region nor account in theirs. */
export const bucketArn = (name: string, partition = 'aws'): string => `arn:${partition}:s3:::${name}`;
