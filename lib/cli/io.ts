/** Everything of the process that the command line touches, so that tests can be the process. */
export type CliIo = {
  readonly out: TextSink;
  readonly err: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  readonly random: () => number;
  /** Called on the first Ctrl-C; the returned function takes the listener away. */
  readonly onInterrupt: (listener: () => void) => () => void;
};

export type TextSink = {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
};

/** The real process. */
export function processIo(): CliIo {
  const sink = (stream: NodeJS.WriteStream): TextSink => ({
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY,
    columns: stream.columns || 80,
  });
  return {
    out: sink(process.stdout),
    err: sink(process.stderr),
    env: process.env,
    clock: () => new Date(),
    random: Math.random,
    onInterrupt: (listener) => {
      process.once('SIGINT', listener);
      process.once('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}

/** Whether to colour what goes to a sink (https://no-color.org). */
export const wantsColor = (sink: TextSink, env: CliIo['env']): boolean =>
  sink.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
