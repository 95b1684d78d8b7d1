/** Times as people read them. Input is ISO 8601 in UTC; output is in the reader's own zone. */

const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const dateText = (iso: string): string => DATE.format(new Date(iso));
export const momentText = (iso: string): string => MOMENT.format(new Date(iso));

/** `just now`, `4 min ago`, `3 h ago`, then the date. */
export function agoText(iso: string, now: Date = new Date()): string {
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < HOUR) return `${Math.max(1, Math.round(seconds / MINUTE))} min ago`;
  if (seconds < DAY) return `${Math.round(seconds / HOUR)} h ago`;
  return dateText(iso);
}

/** How long: `40 s`, `4 min 5 s`, `2 h 10 min`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return joined(whole, MINUTE, 'min', 1, 's');
  return joined(whole, HOUR, 'h', MINUTE, 'min');
}

/** A place in a film: 1:02:03, 2:03, with tenths when asked. */
export function clockText(ms: number, { tenths = false } = {}): string {
  const total = Math.max(0, ms) / 1000;
  const hours = Math.floor(total / HOUR);
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const seconds = total % MINUTE;
  const shown = tenths
    ? (Math.floor(seconds * 10) / 10).toFixed(1).padStart(4, '0')
    : String(Math.floor(seconds)).padStart(2, '0');
  const head = hours ? `${hours}:${String(minutes).padStart(2, '0')}` : String(minutes);
  return `${head}:${shown}`;
}

function joined(whole: number, large: number, largeName: string, small: number, smallName: string) {
  const rest = Math.floor((whole % large) / small);
  const first = `${Math.floor(whole / large)} ${largeName}`;
  return rest ? `${first} ${rest} ${smallName}` : first;
}
