import { describe, expect, test } from '@jest/globals';
import { createPacer } from '../../lib/census/pace.ts';

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the pacer', () => {
  test('never has more in flight than its limit', async () => {
    const pacer = createPacer(8, 8);
    let inFlight = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 200 }, async () =>
        pacer.run(async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          await turn();
          inFlight -= 1;
        }),
      ),
    );
    expect(most).toBe(8);
    expect(inFlight).toBe(0);
  });

  test('halves once for all the requests that met the same SlowDown, and grows back', async () => {
    const pacer = createPacer(16, 16);
    const round = async (busy: boolean): Promise<void> => {
      await Promise.all(
        Array.from({ length: 16 }, async () =>
          pacer.run(async () => {
            await turn();
            if (busy) pacer.slowDown();
          }),
        ),
      );
    };
    await round(true);
    expect(pacer.limit()).toBe(8);
    for (let i = 0; i < 40; i += 1) await round(false);
    expect(pacer.limit()).toBe(16);
  });

  test('a failing task gives its place back', async () => {
    const pacer = createPacer(1, 1);
    await expect(pacer.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(pacer.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  test('never falls below one', async () => {
    const pacer = createPacer(4, 4);
    for (let i = 0; i < 20; i += 1) {
      await pacer.run(() => {
        pacer.slowDown();
        return Promise.resolve();
      });
    }
    expect(pacer.limit()).toBeGreaterThanOrEqual(1);
    await expect(pacer.run(() => Promise.resolve(1))).resolves.toBe(1);
  });
});
