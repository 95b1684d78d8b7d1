import { describe, expect, it } from 'vitest';

import { placeBeside, shared, type Wish } from './placement';

const room = { left: 0, top: 0, width: 1000, height: 800 };
const size = { width: 300, height: 240 };
const wish = (more: Partial<Wish>): Wish => ({
  box: { left: 300, top: 300, width: 100, height: 100 },
  size,
  room,
  stage: room,
  others: [],
  ...more,
});

describe('the window beside a face', () => {
  it('stands at its right where nothing speaks against it', () => {
    expect(placeBeside(wish({}))).toEqual({ left: 410, top: 230, side: 'right' });
  });
  it('goes to the other side at the edge', () => {
    const box = { left: 850, top: 300, width: 100, height: 100 };
    expect(placeBeside(wish({ box })).side).toBe('left');
  });
  it('hides no other face if it can', () => {
    const others = [{ left: 420, top: 280, width: 120, height: 120 }];
    const placed = placeBeside(wish({ others }));
    expect(placed.side).not.toBe('right');
    for (const other of others) expect(shared({ ...placed, ...size }, other)).toBe(0);
  });
  it('rather covers what is beside the picture than the face', () => {
    const box = { left: 20, top: 20, width: 560, height: 760 };
    const stage = { left: 0, top: 0, width: 600, height: 800 };
    const placed = placeBeside(wish({ box, stage }));
    expect(placed.side).toBe('right');
    expect(shared({ ...placed, ...size }, box)).toBe(0);
  });
  it('stays in the room even when the face fills it', () => {
    const placed = placeBeside(wish({ box: room }));
    expect(placed.left).toBeGreaterThanOrEqual(0);
    expect(placed.left + size.width).toBeLessThanOrEqual(room.width);
    expect(placed.top + size.height).toBeLessThanOrEqual(room.height);
  });
  it('shows its beginning in a room that is too small for it', () => {
    const small = { left: 8, top: 8, width: 200, height: 100 };
    expect(placeBeside(wish({ room: small, stage: small }))).toMatchObject({ left: 8, top: 8 });
  });
});
