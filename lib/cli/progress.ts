import type { Progress } from '../audit/context.ts';
import type { TextSink } from './io.ts';

/** Progress for a person: one line that keeps changing on a terminal, a line for each thing done elsewhere. */
export function textProgress(sink: TextSink, clock: () => Date): Progress & { readonly done: () => void } {
  const counts = new Map<string, number>();
  let stage = '';
  let finished = 0;
  let began = 0;
  let drawn = 0;
  const write = (line: string): void => {
    sink.write(sink.isTerminal ? `\r\u001B[2K${line}\n` : `${line}\n`);
  };
  const draw = (): void => {
    const now = clock().getTime();
    if (!sink.isTerminal || now - drawn < 100) return;
    drawn = now;
    const objects = [...counts.values()].reduce((sum, n) => sum + n, 0);
    const seconds = Math.max(0.1, (now - began) / 1000);
    const rate = Math.round(objects / seconds);
    const line = `  ${stage}: ${finished} buckets done, ${thousands(objects)} objects, ${thousands(rate)} a second`;
    sink.write(`\r\u001B[2K${line.slice(0, sink.columns - 1)}`);
  };
  return {
    stage: (name, detail) => {
      stage = name;
      finished = 0;
      began = clock().getTime();
      write(`${name.padEnd(8)} ${detail}`);
    },
    bucket: (bucket, event) => {
      const name = printable(bucket);
      switch (event.kind) {
        case 'inspected':
          finished += 1;
          if (event.unreadable > 0) write(`         ${name}: ${event.unreadable} facts could not be read`);
          break;
        case 'counting':
          counts.set(bucket, event.objects);
          break;
        case 'counted': {
          finished += 1;
          counts.set(bucket, event.objects);
          const note = event.incomplete === null ? '' : `, incomplete: ${printable(event.incomplete)}`;
          write(`         ${name}: ${thousands(event.objects)} object versions${note}`);
          break;
        }
        case 'kept':
          finished += 1;
          write(`         ${name}: counted before`);
          break;
      }
      draw();
    },
    done: () => {
      if (sink.isTerminal) sink.write('\r\u001B[2K');
    },
  };
}

const thousands = (n: number): string => n.toLocaleString('en-US');

/** Names come from an endpoint we do not control: no control character of theirs reaches the terminal. */
const printable = (text: string): string => text.replace(/\p{C}/gu, '\uFFFD');
