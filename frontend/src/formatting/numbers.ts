/** Numbers as people read them. Everything takes plain numbers and answers text. */

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

export const countText = (count: number): string => WHOLE.format(count);

/** 12,480 becomes 12.5K: for chips and bars. */
export const shortCount = (count: number): string =>
  count < 10_000 ? WHOLE.format(count) : SHORT.format(count);

/** `1 face`, `2 faces`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** A percent 0-100: one decimal, and never 100 for what is not quite certain. */
export function percentText(percent: number): string {
  if (percent >= 100) return '100 %';
  return `${Math.min(99.9, Math.round(percent * 10) / 10).toFixed(1)} %`;
}

/** US dollars; small sums keep the digits that say something. */
export function dollars(sum: number): string {
  if (sum === 0) return '$0.00';
  if (sum < 0.01) return `$${sum.toFixed(4)}`;
  const digits = sum < 100_000 ? 2 : 0;
  return `$${sum.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** Milliseconds of work: 4.2 ms, 118 ms, 2.41 s. */
export function tookText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(2)} s`;
}
