import type { OperatorTerms } from '../document.ts';
import { rangeOf, valueOfAddress } from './address-space.ts';

/** A comparison with one number, moment or range. The evaluator has its own; neither may lean on the other. */
export function scalarTest({ family, order }: OperatorTerms, wanted: string): (value: string) => boolean {
  if (family === 'ip') {
    const range = rangeOf(wanted);
    return (value) => {
      const address = valueOfAddress(value);
      return (
        range !== null &&
        address?.family === range.family &&
        address.value >= range.first &&
        address.value <= range.last
      );
    };
  }
  const read = family === 'date' ? moment : quantity;
  const bound = read(wanted);
  return (value) => {
    const actual = read(value);
    if (Number.isNaN(actual) || Number.isNaN(bound)) return false;
    switch (order) {
      case 'equal':
        return actual === bound;
      case 'less':
        return actual < bound;
      case 'less-or-equal':
        return actual <= bound;
      case 'greater':
        return actual > bound;
      case 'greater-or-equal':
        return actual >= bound;
    }
  };
}

/** A number, or NaN. */
export const quantity = (text: string): number => (/^[-+.\deE]+$/.test(text) ? Number(text) : NaN);

/** Milliseconds since 1970 of epoch seconds or an ISO 8601 date, or NaN. */
export function moment(text: string): number {
  if (/^-?\d{5,}$/.test(text) || /^-?\d{1,3}$/.test(text)) return Number(text) * 1000;
  if (/^\d{4}(-\d{2}){0,2}$/.test(text))
    return Date.parse(`${text}${'-01'.repeat(3 - text.split('-').length)}T00:00Z`);
  return Date.parse(/(Z|[-+]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}
