/** Where keys and answers lead. */
import { placeOf, type Line, type Section } from './layout';
import { isSame, shownFaces, spotsOf, type Row, type Spot } from './rows';

/** Left and right stay with a person; up and down go from line to line and on to the next person;
 * Home and End to the first and last of a person; Page keys from person to person. null: not a key
 * that moves, or nowhere to go. */
export function moved(
  key: string,
  at: Spot,
  sections: readonly Section[],
  { whole = false }: { whole?: boolean } = {},
): Spot | null {
  const here = sections.findIndex((one) => one.row.user_id === at.user_id);
  const section = sections[here];
  if (!section) return null;
  const spots = spotsOf(section.row);
  const place = spots.findIndex((spot) => isSame(spot, at));
  switch (key) {
    case 'ArrowRight':
      return spots[place + 1] ?? null;
    case 'ArrowLeft':
      return spots[place - 1] ?? null;
    case 'ArrowDown':
      return nextLine(sections, at, 1);
    case 'ArrowUp':
      return nextLine(sections, at, -1);
    case 'Home':
      return whole ? firstOf(sections) : (spots[0] ?? null);
    case 'End':
      return whole ? lastOf(sections) : (spots.at(-1) ?? null);
    case 'PageDown':
      return firstOf(sections.slice(here + 1));
    case 'PageUp':
      return place > 0 ? (spots[0] ?? null) : firstOf(sections.slice(0, here).reverse());
    default:
      return null;
  }
}

function nextLine(sections: readonly Section[], at: Spot, step: 1 | -1): Spot | null {
  const place = placeOf(sections, at);
  if (!place) return null;
  const lines = place.section.lines.filter((line) => line.kind !== 'band');
  const next = lines[lines.indexOf(place.line) + step];
  if (next) return spotOn(place.section.row, next, place.column);
  for (let other = place.at + step; sections[other]; other += step) {
    const section = sections[other];
    const inside = section?.lines.filter((line) => line.kind !== 'band') ?? [];
    const line = step > 0 ? inside[0] : inside.at(-1);
    if (section && line) return spotOn(section.row, line, place.column);
  }
  return null;
}

function spotOn(row: Row, line: Line, column: number): Spot {
  if (line.kind === 'fold') return { user_id: row.user_id, face_id: null };
  const face = row[line.band][line.first + Math.min(column, line.count - 1)];
  return { user_id: row.user_id, face_id: face?.face_id ?? null };
}

function firstOf(sections: readonly Section[]): Spot | null {
  for (const section of sections) {
    const [spot] = spotsOf(section.row);
    if (spot && !section.row.finished) return spot;
  }
  return null;
}

function lastOf(sections: readonly Section[]): Spot | null {
  for (const section of [...sections].reverse()) {
    const spot = spotsOf(section.row).at(-1);
    if (spot) return spot;
  }
  return null;
}

/** The next open face once these of a row are answered: after the last of them, then in the rows
 * below, then before them, then in the rows above; a folded band when no face is left to see. */
export function afterAnswer(
  rows: readonly Row[],
  userId: string,
  answered: ReadonlySet<string>,
): Spot | null {
  const here = rows.findIndex((row) => row.user_id === userId);
  const row = rows[here];
  const open = (one: Row): Spot[] =>
    spotsOf(one).filter((spot) => spot.face_id !== null && !answered.has(spot.face_id));
  const own = row ? shownFaces(row).map((face) => face.face_id ?? '') : [];
  const last = own.findLastIndex((id) => answered.has(id));
  const isOpen = (id: string) => !answered.has(id);
  const after = own.slice(last + 1).find(isOpen);
  if (after !== undefined) return { user_id: userId, face_id: after };
  const below = rows.slice(here + 1).flatMap((one) => open(one).slice(0, 1))[0];
  if (below) return below;
  const before = own.slice(0, Math.max(0, last)).findLast(isOpen);
  if (before !== undefined) return { user_id: userId, face_id: before };
  const above = rows
    .slice(0, Math.max(0, here))
    .flatMap((one) => open(one).slice(-1))
    .at(-1);
  if (above) return above;
  const folded = [...rows.slice(here), ...rows.slice(0, Math.max(0, here))];
  return folded.flatMap((one) => spotsOf(one).filter((spot) => spot.face_id === null))[0] ?? null;
}

/** The faces of a row from one to the other, both included. */
export function rangeOf(row: Row, from: string, to: string): string[] {
  const ids = shownFaces(row).map((face) => face.face_id ?? '');
  const ends = [ids.indexOf(from), ids.indexOf(to)].sort((one, other) => one - other);
  const [first = -1, last = -1] = ends;
  return first < 0 ? [] : ids.slice(first, last + 1);
}
