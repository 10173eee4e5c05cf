import type { LookupPace } from '../collectors/trails-lookup.ts';

/** What a wait ends with that nobody has the time for. */
export const timeIsUp = (): Error => new Error('the time for it was up');

/** A pace that does not wait past any of these signals: whoever gave it needs the time that is left. */
export function impatient(pace: LookupPace, signals: readonly (AbortSignal | undefined)[]): LookupPace {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length === 0) return pace;
  const any = AbortSignal.any(given);
  return {
    ...pace,
    sleep: async (ms) => {
      let stop = (): void => undefined;
      const aborted = new Promise<void>((resolve) => {
        stop = resolve;
      });
      any.addEventListener('abort', stop, { once: true });
      if (!any.aborted) await Promise.race([pace.sleep(ms), aborted]);
      any.removeEventListener('abort', stop);
      if (any.aborted) throw timeIsUp();
    },
  };
}
