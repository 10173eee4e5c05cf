import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mostViolating, upperRate } from '../../lib/model/sample-bound.ts';

describe('what a sample can say at 95 %', () => {
  test.each([
    [0, 59, 4.951],
    [0, 299, 0.997],
    [1, 93, 4.999],
    [5, 100, 10.225],
  ])('Clopper–Pearson: %i of %i violate → at most %f %%', (found, drawn, percent) => {
    expect(upperRate(drawn, found) * 100).toBeCloseTo(percent, 3);
  });

  test.each([
    [500, 59, 0, 23],
    [1000, 300, 0, 8],
  ])('hypergeometric: of %i, %i drawn, %i violate → at most %i', (population, drawn, found, most) => {
    expect(mostViolating(population, drawn, found)).toBe(most);
  });

  test('a population drawn whole has just what was found', () => {
    expect(mostViolating(40, 40, 3)).toBe(3);
    expect(mostViolating(0, 0, 0)).toBe(0);
  });

  test('when everything drawn violates, everything may', () => {
    expect(mostViolating(500, 10, 10)).toBe(500);
    expect(upperRate(10, 10)).toBe(1);
  });

  /** The distribution by exact integers: what floating point must agree with. */
  const exactly = (population: number, drawn: number, found: number): number => {
    const choose = (n: bigint, k: bigint): bigint => {
      if (k < 0n || k > n) return 0n;
      let product = 1n;
      for (let i = 1n; i <= k; i += 1n) product = (product * (n - k + i)) / i;
      return product;
    };
    let most = found;
    for (let violating = found; violating <= population - (drawn - found); violating += 1) {
      let ways = 0n;
      for (let x = 0; x <= found; x += 1)
        ways +=
          choose(BigInt(violating), BigInt(x)) * choose(BigInt(population - violating), BigInt(drawn - x));
      if (ways * 20n >= choose(BigInt(population), BigInt(drawn))) most = violating;
    }
    return most;
  };

  test('the bound is the exact one, for any small population', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(), (population, a, b) => {
        const drawn = 1 + (a % population);
        const found = b % (drawn + 1);
        expect(mostViolating(population, drawn, found)).toBe(exactly(population, drawn, found));
      }),
    );
  });

  test('for a large population it meets Clopper–Pearson', () => {
    expect(mostViolating(1_000_000, 299, 0) / 1_000_000).toBeCloseTo(upperRate(299, 0), 5);
    expect(mostViolating(10_000_000_000, 299, 0) / 10_000_000_000).toBeCloseTo(upperRate(299, 0), 8);
  });
});
