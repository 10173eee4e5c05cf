import { Option } from 'commander';
import type { Command } from 'commander';
import { accountsPolicy, memberTrust } from '../../audit/account-policies.ts';
import type { TrustPolicy } from '../../audit/account-policies.ts';
import { accountScopeOf } from '../../audit/account-scope.ts';
import { auditorPolicy, configAuditorPolicy } from '../../audit/iam-policy.ts';
import type { AuditorGrant, IamPolicy } from '../../audit/iam-policy.ts';
import { outputBucket } from '../../collectors/athena-output.ts';
import { AuditError } from '../../model/errors.ts';
import { athenaConfiguration, athenaOutputOption, athenaWorkgroupOption } from '../athena-options.ts';
import type { AthenaOptions } from '../athena-options.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

const VARIANTS = [
  'object-reads',
  'no-object-reads',
  'config',
  'config-history',
  'accounts',
  'member-trust',
] as const;

type IamPolicyOptions = AthenaOptions & {
  readonly only?: (typeof VARIANTS)[number];
  readonly inventoryBucket?: readonly string[];
  readonly reportBucket?: string;
  readonly trail?: string;
  readonly reportKmsKey?: string;
  readonly signingKey?: string;
  readonly partition: string;
  readonly organization?: boolean;
  readonly role?: string;
  readonly externalId?: string;
  readonly auditor?: string;
};

type Policies = Partial<Record<(typeof VARIANTS)[number], IamPolicy | TrustPolicy>>;

/** `sealcheck iam-policy`: what the auditor's role must be allowed, and nothing else. */
export function iamPolicyCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('iam-policy')
    .description(
      'print the least-privilege policies of the auditor: one that may ask objects, one that may not, and those of audits over AWS Config',
    )
    .addOption(new Option('--only <variant>', 'print one policy alone, ready to attach').choices(VARIANTS))
    .option('--inventory-bucket <name...>', 'buckets that receive S3 Inventory deliveries')
    .addOption(athenaOutputOption())
    .addOption(athenaWorkgroupOption())
    .option('--report-bucket <name>', 'the bucket that reports are written to')
    .option('--report-kms-key <arn>', 'the KMS key that reports are sealed with')
    .option('--signing-key <arn>', 'the KMS key that runs are signed with')
    .option('--trail <address>', 's3://bucket/prefix of the CloudTrail log files that decrypts are read from')
    .option('--role <name>', 'also for audits of other accounts, by this role in each of them')
    .option('--auditor <arn>', 'who assumes that role')
    .option('--external-id <text>', 'the external id that the role asks for')
    .option('--organization', 'also for reading accounts, RCPs and SCPs of the organization')
    .addOption(
      new Option('--partition <name>', 'AWS partition')
        .choices(['aws', 'aws-cn', 'aws-us-gov'])
        .default('aws'),
    )
    .action((options: IamPolicyOptions) => {
      const grant: AuditorGrant = {
        objectReads: true,
        inventoryBuckets: options.inventoryBucket ?? [],
        athena: athenaGrant(options),
        trailBucket: trailBucket(options.trail),
        reportKey: keyArn('--report-kms-key', options.reportKmsKey),
        signingKey: keyArn('--signing-key', options.signingKey),
        reportBucket: options.reportBucket ?? null,
        partition: options.partition,
      };
      const policies: Policies = {
        'object-reads': auditorPolicy(grant),
        'no-object-reads': auditorPolicy({ ...grant, objectReads: false }),
        config: configAuditorPolicy('config-query', grant),
        'config-history': configAuditorPolicy('config-history', grant),
        ...accountPolicies(options),
      };
      const shown = options.only === undefined ? policies : policies[options.only];
      if (shown === undefined)
        throw new AuditError('USAGE', `--only ${options.only ?? ''} needs --role and --auditor.`);
      io.out.write(`${JSON.stringify(shown, null, 2)}\n`);
      finish(EXIT.compliant);
    });
}

function trailBucket(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  const bucket = outputBucket(address);
  if (bucket === null)
    throw new AuditError('USAGE', `--trail ${address} is not an address such as s3://bucket/prefix.`);
  return bucket;
}

function keyArn(option: string, arn: string | undefined): string | undefined {
  if (arn === undefined || /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(arn)) return arn;
  throw new AuditError('USAGE', `${option} ${arn} is not the ARN of a KMS key.`);
}

function athenaGrant(options: AthenaOptions): AuditorGrant['athena'] {
  const { athena } = athenaConfiguration(options);
  return (
    athena && {
      workgroup: athena.workgroup,
      resultBucket: athena.output === null ? null : outputBucket(athena.output),
    }
  );
}

/** What entering other accounts takes: of the auditor, and of the role's trust. */
function accountPolicies({ role, organization, externalId, auditor, partition }: IamPolicyOptions): Policies {
  // Whichever accounts there are: only the names are checked here.
  const some =
    role !== undefined || organization === true || externalId !== undefined || auditor !== undefined;
  const scope = accountScopeOf(
    { organization, ids: some ? [] : null, role, externalId },
    { ids: '', role: '--role', externalId: '--external-id' },
  );
  if (scope === undefined) return {};
  if (auditor === undefined || !/^arn:[a-z-]+:(iam|sts)::\d{12}:\S+$/.test(auditor))
    throw new AuditError('USAGE', '--role needs --auditor, the ARN of the role or user that runs the audit.');
  return {
    accounts: accountsPolicy(scope, partition),
    'member-trust': memberTrust(auditor, scope.externalId),
  };
}
