import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { costTable, withCostTable } from '../../scripts/cost-table.ts';

test('the cost table of docs/deploy.md is of the stack as it is; npm run docs writes it', () => {
  const text = readFileSync('docs/deploy.md', 'utf8');
  expect(withCostTable(text)).toBe(text);
});

test('ten billion objects cost what their requests and the time to send them cost', () => {
  const stack = { memory: { census: 2, inspect: 0, plan: 0, judge: 0 }, censusAtOnce: 20 };
  const row = costTable(stack)
    .split('\n')
    .find((line) => line.startsWith('| 1 ') && line.includes('10 billion'));
  const cells = row?.split('|').map((cell) => cell.trim());
  // 10⁷ LISTs at 0.005/1,000 and 10¹⁰ HEADs at 0.0004/1,000; 5·10⁶ seconds at 2 GB and 0.0000133334 a gigabyte-second.
  expect(cells?.slice(3, 5)).toEqual(['$4,050', '$133']);
  expect(cells?.[7]).toBe('69 h');
});

test('a document without marks for the table is refused', () => {
  expect(() => withCostTable('# Deploy')).toThrow('costs');
});
