import { describe, expect, it } from 'vitest';

import {
  boundsOf,
  clipped,
  drawingOrder,
  FITTED,
  fitted,
  labelPlace,
  moved,
  squareAround,
  zoomedAt,
} from './overlay';

describe('shapes over a picture', () => {
  it('are cut at its edges', () => {
    const box = clipped({ left: -0.1, top: 0.5, width: 0.4, height: 0.9 });
    expect(box.left).toBe(0);
    expect(box.width).toBeCloseTo(0.3);
    expect(box.height).toBeCloseTo(0.5);
  });
  it('lie small over large, so that each can be pointed at', () => {
    const large = { id: 'a', box: { left: 0, top: 0, width: 1, height: 1 }, label: '' };
    const small = { id: 'b', box: { left: 0.4, top: 0.4, width: 0.1, height: 0.1 }, label: '' };
    expect(drawingOrder([small, large]).map((mark) => mark.id)).toEqual(['a', 'b']);
  });
  it('have bounds, polygons too', () => {
    const bounds = boundsOf([
      { x: 0.2, y: 0.8 },
      { x: 0.6, y: 0.1 },
    ]);
    expect(bounds.left).toBe(0.2);
    expect(bounds.width).toBeCloseTo(0.4);
    expect(bounds.height).toBeCloseTo(0.7);
  });
  it('carry their label above, or inside when there is no room', () => {
    const box = { left: 0.3, top: 0.5, width: 0.2, height: 0.2 };
    expect(labelPlace(box, 0.1)).toEqual({ x: 0.3, y: 0.4, inside: false });
    expect(labelPlace({ ...box, top: 0.05 }, 0.1).inside).toBe(true);
  });
});

describe('a picture in a frame', () => {
  it('fills the tighter side', () => {
    const frame = { width: 400, height: 400 };
    expect(fitted({ width: 800, height: 200 }, frame)).toEqual({ width: 400, height: 100 });
    expect(fitted({ width: 10, height: 10 }, frame)).toEqual({ width: 40, height: 40 });
  });
  it('has no size before it is loaded', () => {
    expect(fitted({ width: 0, height: 0 }, { width: 9, height: 9 })).toEqual({
      width: 0,
      height: 0,
    });
  });
});

describe('the crop around a face', () => {
  it('is square in pixels and stays inside', () => {
    const crop = squareAround(
      { left: 0.9, top: 0, width: 0.1, height: 0.1 },
      { width: 1000, height: 500 },
      0,
    );
    expect(crop.width * 1000).toBeCloseTo(crop.height * 500);
    expect(crop.left + crop.width).toBeLessThanOrEqual(1);
    expect(crop.top).toBe(0);
  });
});

describe('zooming', () => {
  it('keeps what is under the pointer where it is', () => {
    const point = { x: 120, y: -40 };
    const view = zoomedAt(FITTED, point, 3);
    // A point of the picture lies at (its place at zoom 1) * zoom + offset.
    expect(point.x * view.zoom + view.x).toBeCloseTo(120);
    expect(point.y * view.zoom + view.y).toBeCloseTo(-40);
  });
  it('ends where the picture fits, and at twelve times', () => {
    expect(zoomedAt({ zoom: 2, x: 30, y: 5 }, { x: 0, y: 0 }, 0.1)).toEqual(FITTED);
    expect(zoomedAt(FITTED, { x: 0, y: 0 }, 100).zoom).toBe(12);
  });
  it('never loses the picture', () => {
    const view = moved({ zoom: 2, x: 0, y: 0 }, { x: 9999, y: -9999 }, { width: 100, height: 50 });
    expect(view).toEqual({ zoom: 2, x: 100, y: -50 });
  });
});
