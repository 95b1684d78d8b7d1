/** Which of many are chosen. Pure: sets in, new sets out. */

export type Chosen = ReadonlySet<string>;

export function flipped(chosen: Chosen, id: string): Chosen {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** From the anchor to here, both included, whichever comes first. */
export function between(anchor: number, to: number): { first: number; last: number } {
  return { first: Math.min(anchor, to), last: Math.max(anchor, to) };
}

/** What a range adds. Growing and shrinking it again takes back only what the range itself chose:
 * `before` is the choice as it was when the range began. */
export function withRange(before: Chosen, ids: Iterable<string>): Chosen {
  return new Set([...before, ...ids]);
}

export function without(chosen: Chosen, gone: Iterable<string>): Chosen {
  const next = new Set(chosen);
  for (const id of gone) next.delete(id);
  return next;
}
