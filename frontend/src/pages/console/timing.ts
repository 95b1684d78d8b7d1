/** Where the time of a call went, as pieces of one bar. */

export interface Piece {
  name: string;
  ms: number;
  /** 0 to 1 of the whole bar. */
  share: number;
}

/** Less is no part of a picture's time: a model that was there already. */
const SHOWN_MS = 0.05;

/** The parts in the order the server tells them, the rest of the total as "other". */
export function pieces(timing: Record<string, number>): { total: number; pieces: Piece[] } {
  const parts = Object.entries(timing).filter(([name, ms]) => name !== 'total' && ms >= SHOWN_MS);
  const sum = parts.reduce((all, [, ms]) => all + ms, 0);
  const total = Math.max(timing['total'] ?? 0, sum);
  if (total <= 0) return { total: 0, pieces: [] };
  const rest = total - sum;
  const all: [string, number][] = rest / total > 0.005 ? [...parts, ['other', rest]] : parts;
  return { total, pieces: all.map(([name, ms]) => ({ name, ms, share: ms / total })) };
}
