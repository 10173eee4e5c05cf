import { init } from 'z3-solver';

/** Asks z3 whether an SMT-LIB script is satisfiable; `unknown` after its time limit. */
export type Z3 = {
  readonly check: (script: string) => Promise<'sat' | 'unsat' | 'unknown'>;
  readonly stop: () => void;
};

/** Starts z3 (WebAssembly). Its answers now and then hold an error that does not come back: such a script is asked again. */
export async function startZ3(): Promise<Z3> {
  const { Z3: api, em } = await init();
  const context = api.mk_context(api.mk_config());
  return {
    check: async (script) => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const answer = await api.eval_smtlib2_string(context, script);
        if (answer.includes('(error')) {
          if (attempt === 2) throw new Error(`z3 could not read the script: ${answer}`);
          continue;
        }
        const verdict = /unsat|sat|unknown/.exec(answer)?.[0];
        return verdict === 'sat' || verdict === 'unsat' ? verdict : 'unknown';
      }
      return 'unknown';
    },
    stop: () => {
      (em as { PThread: { terminateAllThreads: () => void } }).PThread.terminateAllThreads();
    },
  };
}
