/** The swim-lanes under a film: which there are, where their stretches lie, what is next. Times are
 * milliseconds, widths CSS pixels. Pure. */
import type { Lane } from '../../api/library';

export type Stretch = Lane['stretches'][number];

/** From the top down. */
export const KINDS = ['shot', 'person', 'label', 'text', 'moderation'] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_TITLES: Readonly<Record<Kind, string>> = {
  shot: 'Shots',
  person: 'People',
  label: 'Labels',
  text: 'Text',
  moderation: 'Moderation',
};

export interface Row {
  id: string;
  kind: Kind;
  name: string;
  faceId: string | null;
  userId: string | null;
  percent: number;
  stretches: readonly Stretch[];
  /** Of a person: when and where they are seen best. */
  best: Lane['best'];
}

/** Shots share one lane, as they never overlap; the rest keeps its own, the longest seen first. */
export function rowsOf(lanes: readonly Lane[]): Row[] {
  const rows: Row[] = [];
  for (const kind of KINDS) {
    const ofKind = lanes.filter((lane) => lane.kind === kind);
    if (ofKind.length === 0) continue;
    if (kind === 'shot') rows.push(shotRow(ofKind));
    else rows.push(...ofKind.map(rowOf).sort((one, other) => other.percent - one.percent));
  }
  return rows;
}

const byStart = (one: Stretch, other: Stretch): number => one.start_ms - other.start_ms;

function shotRow(lanes: readonly Lane[]): Row {
  const stretches = lanes.flatMap((lane) => lane.stretches).sort(byStart);
  const percent = Math.min(
    100,
    lanes.reduce((sum, lane) => sum + lane.screen_percent, 0),
  );
  return {
    id: 'shot',
    kind: 'shot',
    name: 'Shots',
    faceId: null,
    userId: null,
    percent,
    stretches,
    best: null,
  };
}

function rowOf(lane: Lane): Row {
  return {
    id: `${lane.kind} ${lane.user_id ?? lane.face_id ?? ''} ${lane.name}`,
    kind: lane.kind as Kind,
    name: lane.name,
    faceId: lane.face_id,
    userId: lane.user_id,
    percent: lane.screen_percent,
    stretches: [...lane.stretches].sort(byStart),
    best: lane.best ?? null,
  };
}

/** How a whole frame lies behind a square window of side 1 that shows a face with some room around
 * it. aspect: width to height of the frame. */
export function cropPlace(
  box: { left: number; top: number; width: number; height: number },
  aspect: number,
): { left: number; top: number; width: number } {
  // In heights of the frame, in which a square is a square.
  const side = Math.min(1.5 * Math.max(box.width * aspect, box.height), 1, aspect);
  const held = (start: number, most: number) => Math.min(Math.max(0, start), most);
  const left = held((box.left + box.width / 2) * aspect - side / 2, aspect - side);
  const top = held(box.top + box.height / 2 - side / 2, 1 - side);
  return { left: -left / side, top: -top / side, width: aspect / side };
}

/** What a stretch is called: shots have numbers. */
export const titleOf = (row: Row, place: number): string =>
  row.kind === 'shot' ? `Shot ${place + 1}` : row.name;

/** The part of the film that is on the screen. */
export interface Span {
  start: number;
  end: number;
}

/** Closer than this shows single frames; nothing is timed finer. */
const SHORTEST_MS = 500;

export function zoomed(span: Span, at: number, factor: number, duration: number): Span {
  const length = Math.min(
    duration,
    Math.max(Math.min(SHORTEST_MS, duration), (span.end - span.start) / factor),
  );
  const ratio = span.end > span.start ? (at - span.start) / (span.end - span.start) : 0.5;
  return held({ start: at - ratio * length, end: at + (1 - ratio) * length }, duration);
}

export function panned(span: Span, by: number, duration: number): Span {
  return held({ start: span.start + by, end: span.end + by }, duration);
}

/** The same length, inside the film. */
function held({ start, end }: Span, duration: number): Span {
  const length = Math.min(end - start, duration);
  const from = Math.min(Math.max(0, start), duration - length);
  return { start: from, end: from + length };
}

/** A span with this moment in it: the page on which it is, when it was not in sight. */
export function following(span: Span, at: number, duration: number): Span {
  if (at >= span.start && at <= span.end) return span;
  const length = span.end - span.start;
  return held({ start: at - length * 0.1, end: at + length * 0.9 }, duration);
}

export const xOf = (ms: number, span: Span, width: number): number =>
  ((ms - span.start) / (span.end - span.start)) * width;

export const msOf = (x: number, span: Span, width: number): number =>
  span.start + (x / Math.max(1, width)) * (span.end - span.start);

export interface Segment {
  x: number;
  width: number;
  /** Place of the first stretch in it. */
  place: number;
  /** 0 to 100, of the surest. */
  confidence: number;
}

const LEAST_WIDTH = 2;

/** What is drawn of a row: only what is in sight, and what would share a pixel is drawn once. */
export function segmentsOf(stretches: readonly Stretch[], span: Span, width: number): Segment[] {
  const segments: Segment[] = [];
  for (let place = firstEndingAfter(stretches, span.start); place < stretches.length; place += 1) {
    const one = stretches[place];
    if (!one || one.start_ms > span.end) break;
    const x = Math.max(-LEAST_WIDTH, xOf(one.start_ms, span, width));
    const to = Math.min(width + LEAST_WIDTH, xOf(one.end_ms, span, width));
    const last = segments.at(-1);
    if (last && to < last.x + last.width + 0.5 && last.width <= LEAST_WIDTH) {
      last.confidence = Math.max(last.confidence, one.confidence);
      continue;
    }
    segments.push({ x, width: Math.max(LEAST_WIDTH, to - x), place, confidence: one.confidence });
  }
  return segments;
}

/** Stretches of a row are in order and do not overlap, so that halving finds them. */
export function firstEndingAfter(stretches: readonly Stretch[], ms: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.end_ms ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The stretch at a moment, or near enough to point at. */
export function stretchAt(stretches: readonly Stretch[], ms: number, reach = 0): number | null {
  const exact = reach > 0 ? stretchAt(stretches, ms) : null;
  if (exact !== null) return exact;
  const place = firstEndingAfter(stretches, ms - reach);
  const one = stretches[place];
  return one && one.start_ms <= ms + reach ? place : null;
}

/** A step back first leads to where this appearance began. */
const JUST_BEGUN_MS = 400;

export function nextStart(stretches: readonly Stretch[], ms: number): number | null {
  return stretches.find((one) => one.start_ms > ms + 1)?.start_ms ?? null;
}

export function previousStart(stretches: readonly Stretch[], ms: number): number | null {
  return stretches.findLast((one) => one.start_ms < ms - JUST_BEGUN_MS)?.start_ms ?? null;
}

export interface Entry {
  row: Row;
  place: number;
  stretch: Stretch;
}

/** All stretches of all rows in the order of the film. */
export function entriesOf(rows: readonly Row[]): Entry[] {
  return rows
    .flatMap((row) => row.stretches.map((stretch, place) => ({ row, place, stretch })))
    .sort((one, other) => byStart(one.stretch, other.stretch));
}

/** The last entry that has begun; -1 before the first. */
export function entryAt(entries: readonly Entry[], ms: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.stretch.start_ms ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const STEPS_MS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000,
];
const LEAST_TICK_PIXELS = 72;

/** Round times for the ruler, far enough from each other to be read. */
export function ticksOf(span: Span, width: number): { step: number; at: number[] } {
  const wanted = ((span.end - span.start) / Math.max(1, width)) * LEAST_TICK_PIXELS;
  const step = STEPS_MS.find((one) => one >= wanted) ?? 7_200_000;
  const at: number[] = [];
  for (let ms = Math.ceil(span.start / step) * step; ms <= span.end; ms += step) at.push(ms);
  return { step, at };
}
