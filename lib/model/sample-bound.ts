/** Above this a finite population differs from an endless one by less than the bound is rounded to. */
const FINITE = 1_000_000;

/**
 * The greatest number of violating objects that a population of `population` may hold when `found` of `drawn` objects,
 * drawn without replacement, violate: one-sided, exact. Hypergeometric, `max { K : P(X ≤ found | K) ≥ alpha }`; for
 * very large populations Clopper–Pearson, which is never less. `alpha` is 1 − confidence.
 */
export function mostViolating(population: number, drawn: number, found: number, alpha = 0.05): number {
  if (drawn >= population) return found;
  if (population > FINITE)
    return Math.min(population, Math.ceil(upperRate(drawn, found, alpha) * population));
  let low = found;
  let high = population - (drawn - found);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    // A probability that is alpha exactly may come out a rounding error below it.
    if (atMost(found, population, middle, drawn) >= alpha * (1 - 1e-9)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * How many of a population have to be drawn so that, when none of them violates, at most `tolerable` of all may: the
 * least such number, by the bound above.
 */
export function drawsNeeded(population: number, tolerable: number, alpha = 0.05): number {
  let low = 0;
  let high = population;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (mostViolating(population, middle, 0, alpha) <= tolerable) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** The Clopper–Pearson upper bound of a rate, one-sided, when `found` of `drawn` violate. */
export function upperRate(drawn: number, found: number, alpha = 0.05): number {
  if (found >= drawn) return 1;
  let low = found / drawn;
  let high = 1;
  for (let i = 0; i < 60; i += 1) {
    const rate = (low + high) / 2;
    let probability = 0;
    for (let x = 0; x <= found; x += 1)
      probability += Math.exp(logChoose(drawn, x) + x * Math.log(rate) + (drawn - x) * Math.log1p(-rate));
    if (probability >= alpha) low = rate;
    else high = rate;
  }
  return high;
}

/** P(X ≤ found) when `drawn` of `population` are drawn, `violating` of which violate. */
function atMost(found: number, population: number, violating: number, drawn: number): number {
  let probability = 0;
  for (let x = Math.max(0, drawn - (population - violating)); x <= Math.min(found, violating); x += 1) {
    probability += Math.exp(
      logChoose(violating, x) + logChoose(population - violating, drawn - x) - logChoose(population, drawn),
    );
  }
  return probability;
}

const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** Stirling's series, exact to the last digits from 16 on; below, the product itself. */
function logFactorial(n: number): number {
  if (n < 16) {
    let product = 1;
    for (let i = 2; i <= n; i += 1) product *= i;
    return Math.log(product);
  }
  const x = n + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
