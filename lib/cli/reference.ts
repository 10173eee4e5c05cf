import type { CliIo } from './io.ts';
import { createProgram } from './main.ts';

const WIDTH = 100;

/** `docs/cli.md`: the help of every command, as the program itself prints it. */
export function cliReference(): string {
  const { commands } = createProgram(nowhere, () => undefined);
  const sections = commands.map(
    (command) => `## sealcheck ${command.name()}\n\n\`\`\`\n${command.helpInformation()}\`\`\`\n`,
  );
  return [
    '# Command line\n',
    'Made from the help of the program itself by `npm run docs`.\n',
    'Results go to stdout, progress and problems to stderr. Exit codes: 0 compliant or proved · 1 not compliant or',
    'refuted · 2 wrong usage or configuration · 3 insufficient data or undecided · 4 the run failed.\n',
    'Credentials, Region and endpoint are found as the AWS CLI finds them: `AWS_PROFILE`, `AWS_REGION`,',
    '`AWS_ENDPOINT_URL`. `NO_COLOR` switches colours off, `SEALCHECK_DEBUG=1` shows where an error came from.\n',
    ...sections,
  ].join('\n');
}

/** The width of the reference, and nobody to print to. */
const nowhere: CliIo = {
  out: { write: () => undefined, isTerminal: false, columns: WIDTH },
  err: { write: () => undefined, isTerminal: false, columns: WIDTH },
  env: {},
  clock: () => new Date(0),
  random: () => 0,
  onInterrupt: () => () => undefined,
};
