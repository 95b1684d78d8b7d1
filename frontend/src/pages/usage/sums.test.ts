import { describe, expect, it } from 'vitest';

import { byDay, byOperation, niceTop } from './sums';

const operation = (name: string, calls: number) => ({
  operation: name,
  calls,
  failures: 1,
  units: calls,
  aws_price_usd: calls / 1000,
});
const days = [
  { day: '2026-03-01', operations: [operation('DetectFaces', 2), operation('DetectText', 5)] },
  { day: '2026-02-28', operations: [operation('DetectFaces', 4)] },
];

describe('usage', () => {
  it('is summed by operation, most asked first', () => {
    const sums = byOperation(days);
    expect(sums.map((sum) => [sum.operation, sum.calls])).toEqual([
      ['DetectFaces', 6],
      ['DetectText', 5],
    ]);
    expect(sums[0]?.price).toBeCloseTo(0.006);
  });
  it('has a place for every day, over the end of a month', () => {
    const sums = byDay({ days, total_aws_price_usd: 0 }, 4, new Date('2026-03-01T12:00:00Z'));
    expect(sums.map((sum) => [sum.day, sum.calls])).toEqual([
      ['2026-02-26', 0],
      ['2026-02-27', 0],
      ['2026-02-28', 4],
      ['2026-03-01', 7],
    ]);
  });
  it('is drawn under a round top line', () => {
    expect([0, 1, 3, 12, 51, 100, 4800].map(niceTop)).toEqual([1, 1, 5, 20, 100, 100, 5000]);
  });
});
