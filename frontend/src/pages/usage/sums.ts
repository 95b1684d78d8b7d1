/** Usage by operation and by day. */
import type { Usage, UsageDay } from '../../api/usage';

export interface OperationSum {
  operation: string;
  calls: number;
  failures: number;
  units: number;
  price: number;
}

export interface DaySum {
  day: string;
  calls: number;
  failures: number;
  price: number;
}

export function byOperation(days: readonly UsageDay[]): OperationSum[] {
  const sums = new Map<string, OperationSum>();
  for (const day of days) {
    for (const one of day.operations) {
      const sum = sums.get(one.operation) ?? {
        operation: one.operation,
        calls: 0,
        failures: 0,
        units: 0,
        price: 0,
      };
      sum.calls += one.calls;
      sum.failures += one.failures;
      sum.units += one.units;
      sum.price += one.aws_price_usd;
      sums.set(one.operation, sum);
    }
  }
  return [...sums.values()].sort((a, b) => b.calls - a.calls);
}

const DAY_MS = 86_400_000;

/** Every day up to `today` has a place, the ones without a call too; oldest first. */
export function byDay(usage: Usage, count: number, today: Date): DaySum[] {
  const known = new Map(usage.days.map((day) => [day.day, day]));
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today.getTime() - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    const operations = known.get(day)?.operations ?? [];
    return {
      day,
      calls: total(operations.map((one) => one.calls)),
      failures: total(operations.map((one) => one.failures)),
      price: total(operations.map((one) => one.aws_price_usd)),
    };
  });
}

export const total = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0);

/** A round number at or above the largest, for the top line of a chart: 1, 2 or 5 times ten to
 * some power. */
export function niceTop(largest: number): number {
  if (largest <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5, 10].find((one) => one * power >= largest) ?? 10;
  return factor * power;
}
