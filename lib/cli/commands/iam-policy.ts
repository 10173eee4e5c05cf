import { Option } from 'commander';
import type { Command } from 'commander';
import { auditorPolicy } from '../../audit/iam-policy.ts';
import type { AuditorGrant } from '../../audit/iam-policy.ts';
import { outputBucket } from '../../collectors/athena-output.ts';
import { athenaConfiguration, athenaOutputOption, athenaWorkgroupOption } from '../athena-options.ts';
import type { AthenaOptions } from '../athena-options.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

const VARIANTS = ['object-reads', 'no-object-reads'] as const;

type IamPolicyOptions = AthenaOptions & {
  readonly only?: (typeof VARIANTS)[number];
  readonly inventoryBucket?: readonly string[];
  readonly reportBucket?: string;
  readonly partition: string;
};

/** `sealcheck iam-policy`: what the auditor's role must be allowed, and nothing else. */
export function iamPolicyCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('iam-policy')
    .description(
      'print the least-privilege policies of the auditor: one that may ask objects, and one that may not',
    )
    .addOption(new Option('--only <variant>', 'print one policy alone, ready to attach').choices(VARIANTS))
    .option('--inventory-bucket <name...>', 'buckets that receive S3 Inventory deliveries')
    .addOption(athenaOutputOption())
    .addOption(athenaWorkgroupOption())
    .option('--report-bucket <name>', 'the bucket that reports are written to')
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
        reportBucket: options.reportBucket ?? null,
        partition: options.partition,
      };
      const policies = {
        'object-reads': auditorPolicy(grant),
        'no-object-reads': auditorPolicy({ ...grant, objectReads: false }),
      };
      const shown = options.only === undefined ? policies : policies[options.only];
      io.out.write(`${JSON.stringify(shown, null, 2)}\n`);
      finish(EXIT.compliant);
    });
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
