import { describe, expect, it } from 'vitest';

import { between, byKey, firstBox, inWords, isBoxEnough, movedBy, pulled, sized } from './drawing';

const picture = { width: 400, height: 200 };
const box = { left: 0.4, top: 0.4, width: 0.2, height: 0.2 };

describe('a box', () => {
  it('begins square in the middle', () => {
    const first = firstBox(picture);
    expect(first.width * 400).toBeCloseTo(first.height * 200);
    expect(first.left + first.width / 2).toBeCloseTo(0.5);
    expect(first.top + first.height / 2).toBeCloseTo(0.5);
  });
  it('is drawn in either direction and stays inside', () => {
    expect(between({ x: 0.5, y: 0.6 }, { x: 0.2, y: 0.1 })).toEqual(
      between({ x: 0.2, y: 0.1 }, { x: 0.5, y: 0.6 }),
    );
    expect(between({ x: 0.5, y: 0.5 }, { x: 1.4, y: -2 })).toEqual({
      left: 0.5,
      top: 0,
      width: 0.5,
      height: 0.5,
    });
  });
  it('is none when the hand only shook', () => {
    expect(isBoxEnough({ left: 0, top: 0, width: 0.004, height: 0.3 }, picture)).toBe(false);
    expect(isBoxEnough(box, picture)).toBe(true);
  });
  it('moves as far as the edge', () => {
    const moved = movedBy(box, { x: 0.7, y: -0.7 });
    expect(moved).toEqual({ ...box, left: 0.8, top: 0 });
  });
});

describe('handles', () => {
  it('pull one side or a corner', () => {
    expect(pulled(box, 'e', { x: 0.1, y: 0.3 }).width).toBeCloseTo(0.3);
    const corner = pulled(box, 'nw', { x: -0.1, y: -0.2 });
    expect(corner.left).toBeCloseTo(0.3);
    expect(corner.top).toBeCloseTo(0.2);
    expect(corner.left + corner.width).toBeCloseTo(0.6);
    expect(corner.top + corner.height).toBeCloseTo(0.6);
  });
  it('turn the box over when pulled past the other side', () => {
    const turned = pulled(box, 'w', { x: 0.3, y: 0 });
    expect(turned.left).toBeCloseTo(0.6);
    expect(turned.width).toBeCloseTo(0.1);
    expect(turned.height).toBeCloseTo(0.2);
  });
});

describe('keys', () => {
  const plain = { shift: false, far: false, picture };
  it('move by the same distance in both directions', () => {
    const right = byKey(box, 'ArrowRight', plain);
    const down = byKey(box, 'ArrowDown', plain);
    expect(((right?.left ?? 0) - box.left) * 400).toBeCloseTo(((down?.top ?? 0) - box.top) * 200);
    const far = byKey(box, 'ArrowRight', { ...plain, far: true });
    expect((far?.left ?? 0) - box.left).toBeCloseTo(5 * ((right?.left ?? 0) - box.left));
  });
  it('size it with Shift, around its middle', () => {
    const wider = byKey(box, 'ArrowRight', { ...plain, shift: true });
    expect(wider?.width).toBeGreaterThan(box.width);
    expect((wider?.left ?? 0) + (wider?.width ?? 0) / 2).toBeCloseTo(0.5);
    const lower = byKey(box, 'ArrowUp', { ...plain, shift: true });
    expect(lower?.height).toBeLessThan(box.height);
  });
  it('never make it vanish or leave', () => {
    const tiny = sized(box, { x: -9, y: -9 }, picture);
    expect(isBoxEnough(tiny, picture)).toBe(true);
    const all = sized(box, { x: 9, y: 9 }, picture);
    expect(all).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });
  it('that are not arrows mean nothing', () => {
    expect(byKey(box, 'a', plain)).toBeNull();
  });
  it('tell where it is', () => {
    expect(inWords(box)).toBe('40 % from the left, 40 % from the top, 20 % wide, 20 % high');
  });
});
