/** Where everything of the review stands. Pixels; no DOM. Each row is a section of its own height: the
 * person on the left (above on a narrow screen), on the right lines of band heads and of crops. */
import type { BandName } from '../../../api/people';
import { BANDS, foldedBand, type Row, type Spot } from './rows';

export interface Shape {
  width: number;
  /** Of the column of the person; 0: it lies above the lines. */
  asideWidth: number;
  headHeight: number;
  columns: number;
  tile: number;
}

export interface Line {
  kind: 'band' | 'fold' | 'crops';
  band: BandName;
  /** Of a line of crops: places of its band. */
  first: number;
  count: number;
  /** Within the section. */
  top: number;
  height: number;
}

export interface Section {
  row: Row;
  lines: readonly Line[];
  top: number;
  height: number;
}

export const GAP = 8;
export const PADDING = 16;
const NARROW = 640;
const ASIDE = 216;
/** The person needs so much: two lines of crops, name, counts. */
const LEAST_WIDE = 186;
const HEAD_NARROW = 64;
const BAND_HEIGHT = 34;
const FOLD_HEIGHT = 40;
export const FINISHED_HEIGHT = 56;

export function shapeFor(width: number): Shape {
  const narrow = width < NARROW;
  const asideWidth = narrow ? 0 : ASIDE;
  const least = narrow ? 84 : 104;
  const room = Math.max(least, width - asideWidth - (narrow ? 2 : 1) * PADDING);
  const columns = Math.max(1, Math.floor((room + GAP) / (least + GAP)));
  const tile = Math.floor((room - GAP * (columns - 1)) / columns);
  return { width, asideWidth, headHeight: narrow ? HEAD_NARROW : 0, columns, tile };
}

/** The lines of a row from top to bottom, without its margins. */
function linesOf(row: Row, shape: Shape): { lines: Line[]; height: number } {
  const lines: Line[] = [];
  let top = PADDING + shape.headHeight;
  const add = (line: Omit<Line, 'top'>) => {
    lines.push({ ...line, top });
    top += line.height;
  };
  const folded = foldedBand(row);
  for (const band of BANDS.slice(0, row.depth)) {
    const count = row[band].length;
    if (count === 0) continue;
    add({ kind: 'band', band, first: 0, count, height: BAND_HEIGHT });
    for (let first = 0; first < count; first += shape.columns) {
      const many = Math.min(shape.columns, count - first);
      add({ kind: 'crops', band, first, count: many, height: shape.tile + GAP });
    }
  }
  if (folded) {
    const count = row[folded].length;
    add({ kind: 'fold', band: folded, first: 0, count, height: FOLD_HEIGHT });
  }
  const least = shape.asideWidth > 0 ? LEAST_WIDE : 0;
  return { lines, height: Math.max(top + PADDING - GAP, least) };
}

/** Rows keep their lines until they or the width change. */
export class Layout {
  private kept = new WeakMap<Row, { shape: Shape; lines: Line[]; height: number }>();

  sections(rows: readonly Row[], shape: Shape): Section[] {
    let top = 0;
    return rows.map((row) => {
      const { lines, height } = this.lined(row, shape);
      const section = { row, lines, top, height };
      top += height;
      return section;
    });
  }

  private lined(row: Row, shape: Shape): { lines: Line[]; height: number } {
    if (row.finished) return { lines: [], height: FINISHED_HEIGHT };
    const before = this.kept.get(row);
    if (before && before.shape === shape) return before;
    const now = { shape, ...linesOf(row, shape) };
    this.kept.set(row, now);
    return now;
  }
}

export function heightOf(sections: readonly Section[]): number {
  const last = sections.at(-1);
  return last ? last.top + last.height : 0;
}

/** First and last section that touch the window; last is -1 when there is none. */
export function sectionsIn(
  sections: readonly Section[],
  from: number,
  to: number,
): { first: number; last: number } {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = sections[middle];
    if (one && one.top + one.height <= from) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < sections.length && (sections[last]?.top ?? 0) < to) last += 1;
  return { first: low, last: last - 1 };
}

/** The lines of a section that touch the window. */
export const linesIn = (section: Section, from: number, to: number): Line[] =>
  section.lines.filter(
    (line) => section.top + line.top < to && section.top + line.top + line.height > from,
  );

/** The section, line and column of a spot. */
export function placeOf(
  sections: readonly Section[],
  spot: Spot,
): { section: Section; at: number; line: Line; column: number } | null {
  const at = sections.findIndex((one) => one.row.user_id === spot.user_id);
  const section = sections[at];
  if (!section) return null;
  if (spot.face_id === null) {
    const line = section.lines.find((one) => one.kind === 'fold');
    return line ? { section, at, line, column: 0 } : null;
  }
  for (const band of BANDS) {
    const place = section.row[band].findIndex((face) => face.face_id === spot.face_id);
    if (place < 0) continue;
    const line = section.lines.find(
      (one) =>
        one.kind === 'crops' &&
        one.band === band &&
        place >= one.first &&
        place < one.first + one.count,
    );
    return line ? { section, at, line, column: place - line.first } : null;
  }
  return null;
}

/** The scroll position at which a spot is wholly in view with its band's head, moving little. */
export function scrollTo(
  sections: readonly Section[],
  spot: Spot,
  scrollTop: number,
  viewHeight: number,
): number {
  const place = placeOf(sections, spot);
  if (!place) return scrollTop;
  const { section, line, at } = place;
  const isFirst = section.lines.every((one) => one.kind === 'band' || one.top >= line.top);
  const head = isFirst && at >= 0 ? line.top : BAND_HEIGHT;
  const top = section.top + line.top - head;
  const bottom = section.top + line.top + line.height + GAP;
  if (top < scrollTop) return Math.max(0, top);
  return bottom > scrollTop + viewHeight ? bottom - viewHeight : scrollTop;
}
