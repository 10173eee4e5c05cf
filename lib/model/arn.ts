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
  if (!text.startsWith('arn:')) return null;
  // Once for every caller and key of a trail: no array is made of the parts.
  const service = text.indexOf(':', 4) + 1;
  const region = text.indexOf(':', service) + 1;
  const account = text.indexOf(':', region) + 1;
  const resource = text.indexOf(':', account) + 1;
  if (service <= 5 || region <= service + 1 || account === 0 || resource === 0) return null;
  return {
    partition: text.slice(4, service - 1),
    service: text.slice(service, region - 1),
    region: text.slice(region, account - 1),
    account: text.slice(account, resource - 1),
    resource: text.slice(resource),
  };
}

/** ARN of a bucket; buckets carry neither Region nor account in theirs. */
export const bucketArn = (name: string, partition = 'aws'): string => `arn:${partition}:s3:::${name}`;
