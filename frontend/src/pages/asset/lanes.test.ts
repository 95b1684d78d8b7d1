import { describe, expect, it } from 'vitest';

import type { Lane } from '../../api/library';
import {
  cropPlace,
  entriesOf,
  entryAt,
  firstEndingAfter,
  following,
  msOf,
  nextStart,
  panned,
  previousStart,
  rowsOf,
  segmentsOf,
  stretchAt,
  ticksOf,
  titleOf,
  xOf,
  zoomed,
  type Stretch,
} from './lanes';

const stretch = (start_ms: number, end_ms: number, confidence = 90): Stretch => ({
  start_ms,
  end_ms,
  confidence,
  best_ms: start_ms,
});
const lane = (kind: string, name: string, percent: number, ...stretches: Stretch[]): Lane => ({
  kind,
  name,
  user_id: null,
  face_id: null,
  stretches,
  screen_percent: percent,
  best: null,
});
const THREE = [stretch(0, 1000), stretch(2000, 3000), stretch(5000, 9000)];
const WHOLE = { start: 0, end: 10_000 };

describe('rows', () => {
  it('put shots into one lane, then people, labels and text, the longest seen first', () => {
    const rows = rowsOf([
      lane('text', 'EXIT', 3, stretch(0, 300)),
      lane('label', 'Dog', 10, stretch(0, 1000)),
      lane('label', 'Cat', 40, stretch(0, 4000)),
      lane('shot', '2', 50, stretch(5000, 10_000)),
      lane('shot', '1', 50, stretch(0, 5000)),
      lane('person', 'Ada', 5, stretch(0, 500)),
    ]);
    expect(rows.map((row) => row.name)).toEqual(['Shots', 'Ada', 'Cat', 'Dog', 'EXIT']);
    expect(rows[0]?.stretches.map((one) => one.start_ms)).toEqual([0, 5000]);
    expect(rows[0]?.percent).toBe(100);
    expect(rows[0] && titleOf(rows[0], 1)).toBe('Shot 2');
  });
  it('are none for a film nobody looked at', () => expect(rowsOf([])).toEqual([]));
});

describe('the part in sight', () => {
  it('keeps the moment under the pointer where it is', () => {
    const near = zoomed(WHOLE, 8000, 2, 10_000);
    expect(near.end - near.start).toBe(5000);
    expect(xOf(8000, near, 100)).toBeCloseTo(80);
  });
  it('stays inside the film, and never becomes shorter than can be seen', () => {
    expect(zoomed(WHOLE, 0, 0.1, 10_000)).toEqual(WHOLE);
    const closest = zoomed(WHOLE, 5000, 1e9, 10_000);
    expect(closest.end - closest.start).toBe(500);
    expect(panned({ start: 0, end: 5000 }, -900, 10_000)).toEqual({ start: 0, end: 5000 });
    expect(panned({ start: 0, end: 5000 }, 9000, 10_000)).toEqual({ start: 5000, end: 10_000 });
    expect(zoomed({ start: 0, end: 300 }, 100, 4, 300)).toEqual({ start: 0, end: 300 });
  });
  it('follows what plays, a page at a time', () => {
    const span = { start: 0, end: 2000 };
    expect(following(span, 1500, 10_000)).toBe(span);
    expect(following(span, 2500, 10_000)).toEqual({ start: 2300, end: 4300 });
    expect(following(span, 9990, 10_000)).toEqual({ start: 8000, end: 10_000 });
  });
  it('goes from pixels to time and back', () => {
    const span = { start: 3000, end: 8000 };
    expect(msOf(xOf(4321, span, 640), span, 640)).toBeCloseTo(4321);
  });
});

describe('segments', () => {
  it('are only those in sight', () => {
    const places = segmentsOf(THREE, { start: 1500, end: 4000 }, 250).map((one) => one.place);
    expect(places).toEqual([1]);
    expect(segmentsOf(THREE, WHOLE, 100)).toHaveLength(3);
    expect(segmentsOf([], WHOLE, 100)).toEqual([]);
  });
  it('share a pixel rather than being drawn over each other', () => {
    const many = Array.from({ length: 5000 }, (_, at) => stretch(at * 2, at * 2 + 1, at % 100));
    const drawn = segmentsOf(many, WHOLE, 200);
    expect(drawn.length).toBeLessThanOrEqual(200);
    expect(drawn.length).toBeGreaterThan(50);
    expect(Math.max(...drawn.map((one) => one.confidence))).toBe(99);
  });
  it('are wide enough to be seen', () => {
    expect(segmentsOf([stretch(5000, 5001)], WHOLE, 100)[0]?.width).toBe(2);
  });
});

describe('stretches', () => {
  it('are found by halving', () => {
    expect(firstEndingAfter(THREE, 1500)).toBe(1);
    expect(firstEndingAfter(THREE, 20_000)).toBe(3);
    expect(stretchAt(THREE, 2500)).toBe(1);
    expect(stretchAt(THREE, 1500)).toBeNull();
    expect(stretchAt(THREE, 1700, 400)).toBe(1);
    expect(stretchAt(THREE, 2100, 2000)).toBe(1);
  });
  it('are stepped through, back to the beginning of this one first', () => {
    expect(nextStart(THREE, 0)).toBe(2000);
    expect(nextStart(THREE, 5000)).toBeNull();
    expect(previousStart(THREE, 6000)).toBe(5000);
    expect(previousStart(THREE, 5100)).toBe(2000);
    expect(previousStart(THREE, 100)).toBeNull();
  });
});

describe('the timeline', () => {
  const entries = entriesOf(
    rowsOf([
      lane('label', 'Dog', 1, stretch(3000, 4000), stretch(0, 10)),
      lane('text', 'EXIT', 1, stretch(1000, 2000)),
    ]),
  );
  it('tells everything in the order of the film', () => {
    expect(entries.map((one) => one.row.name)).toEqual(['Dog', 'EXIT', 'Dog']);
  });
  it('knows what has begun', () => {
    expect(entryAt(entries, -1)).toBe(-1);
    expect(entryAt(entries, 1500)).toBe(1);
    expect(entryAt(entries, 99_999)).toBe(2);
  });
});

describe('the ruler', () => {
  it('has round times with room between them', () => {
    const { step, at } = ticksOf({ start: 0, end: 60_000 }, 600);
    expect(step).toBe(10_000);
    expect(at).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    expect(ticksOf({ start: 250, end: 750 }, 720).at[0]).toBe(300);
  });
});

describe('the face of a lane', () => {
  it('fills its window, with room around it, and never shows what is beside the frame', () => {
    const place = cropPlace({ left: 0.4, top: 0.4, width: 0.1, height: 0.2 }, 2);
    // The middle of the face, at 0.45 of the width and 0.5 of the height, is that of the window.
    expect(place.left + 0.45 * place.width).toBeCloseTo(0.5);
    expect(place.top + (0.5 * place.width) / 2).toBeCloseTo(0.5);
    const corner = cropPlace({ left: 0, top: 0, width: 0.1, height: 0.2 }, 2);
    expect(corner).toMatchObject({ left: -0, top: -0 });
    const whole = cropPlace({ left: 0, top: 0, width: 1, height: 1 }, 2);
    expect(whole.width).toBe(2);
  });
});
