import { describe, expect, it } from 'vitest';

import type { Row } from './lanes';
import { LanesView } from './lanesview.svelte';

const DURATION = 10_000;
const row: Row = {
  id: 'text EYE',
  kind: 'text',
  name: 'EYE',
  faceId: null,
  userId: null,
  percent: 10,
  stretches: [{ start_ms: 2000, end_ms: 3000, confidence: 90, best_ms: 2500 }],
  best: null,
};
/** Ten seconds on a thousand pixels. */
function whole(): LanesView {
  const view = new LanesView({ rows: [row], duration: DURATION, now: 0, locked: null });
  view.width = 1000;
  view.height = 100;
  view.fit();
  return view;
}

describe('one finger', () => {
  it('that does not move has pressed', () => {
    const view = whole();
    view.press(1, 500);
    view.drag(1, 502);
    expect(view.release(1)).toBe(true);
  });
  it('moves what is zoomed along, and has not pressed then', () => {
    const view = whole();
    view.span = { start: 4000, end: 6000 };
    view.press(1, 500);
    view.drag(1, 250);
    expect(view.span).toEqual({ start: 4500, end: 6500 });
    expect(view.release(1)).toBe(false);
  });
  it('may touch beside what it means', () => {
    const view = whole();
    expect(view.point(191, 5)).toBeNull();
    expect(view.point(191, 5, { finger: true })).toBe(row.stretches[0]);
    expect(view.hover?.row.id).toBe(row.id);
  });
});

describe('two fingers', () => {
  it('twice as far apart show half as much, around what is between them', () => {
    const view = whole();
    view.press(1, 400);
    view.press(2, 600);
    view.drag(1, 300);
    view.drag(2, 700);
    expect(view.span).toEqual({ start: 2500, end: 7500 });
  });
  it('press nothing, neither the first that is lifted nor the second', () => {
    const view = whole();
    view.press(1, 400);
    view.press(2, 600);
    expect([view.release(1), view.release(2)]).toEqual([false, false]);
  });
  it('leave what is shown to the one that stays', () => {
    const view = whole();
    view.press(1, 400);
    view.press(2, 600);
    view.drag(2, 800);
    const shown = view.span;
    view.release(2);
    view.drag(1, 400);
    expect(view.span).toEqual(shown);
  });
});
