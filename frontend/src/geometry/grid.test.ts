import { describe, expect, it } from 'vitest';

import { gridShape, keyTarget, scrollFor, slotRows, visibleRows } from './grid';

const shape = gridShape({
  count: 100_000,
  width: 1000,
  minCellWidth: 160,
  aspect: 0.75,
  extraHeight: 0,
  gap: 8,
});

describe('the shape of a grid', () => {
  it('shares the width among the columns that fit', () => {
    expect(shape.columns).toBe(6);
    expect(shape.cellWidth * 6 + 8 * 5).toBeCloseTo(1000);
    expect(shape.rows).toBe(16_667);
  });
  it('has one column at least, and no height when it is empty', () => {
    const narrow = { width: 50, minCellWidth: 160, aspect: 1, extraHeight: 0, gap: 8 };
    expect(gridShape({ ...narrow, count: 3 }).columns).toBe(1);
    expect(gridShape({ ...narrow, count: 0 }).totalHeight).toBe(0);
  });
  it('is no higher than browsers can scroll, at 100,000 items on a phone', () => {
    const phone = { width: 366, minCellWidth: 110, aspect: 0.75, extraHeight: 0, gap: 4 };
    expect(gridShape({ ...phone, count: 100_000 }).totalHeight).toBeLessThan(16_000_000);
  });
});

describe('the rows in view', () => {
  it('are few, wherever it is scrolled to', () => {
    for (const scrollTop of [0, 1_000_000, shape.totalHeight - 800]) {
      const { first, last } = visibleRows(shape, scrollTop, 800);
      expect(last - first).toBeLessThan(12);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThan(shape.rows);
    }
  });
  it('are none in an empty grid', () => {
    expect(visibleRows({ ...shape, rows: 0 }, 0, 800)).toEqual({ first: 0, last: -1 });
  });
});

describe('slots', () => {
  it('hold every row in view exactly once', () => {
    const { first, last } = visibleRows(shape, 1_000_000, 800);
    const rows = slotRows(shape, first, 800);
    expect(new Set(rows).size).toBe(rows.length);
    for (let row = first; row <= last; row += 1) expect(rows).toContain(row);
  });
  it('change one at a time while it scrolls', () => {
    const before = slotRows(shape, 500, 800);
    const after = slotRows(shape, 501, 800);
    expect(after.filter((row, slot) => row !== before[slot])).toHaveLength(1);
  });
  it('are no more than there are rows', () => {
    expect(slotRows({ ...shape, rows: 2 }, 0, 800)).toEqual([0, 1]);
    expect(slotRows({ ...shape, rows: 0 }, 0, 800)).toEqual([]);
  });
});

describe('keys', () => {
  const view = { columns: 4, count: 10, pageRows: 2 };
  it('move by one and by a row', () => {
    expect(keyTarget('ArrowRight', 3, view)).toBe(4);
    expect(keyTarget('ArrowDown', 3, view)).toBe(7);
    expect(keyTarget('ArrowUp', 3, view)).toBe(3);
  });
  it('reach the last row though it is short', () => {
    expect(keyTarget('ArrowDown', 7, view)).toBe(9);
    expect(keyTarget('ArrowDown', 9, view)).toBe(9);
  });
  it('go by pages and to both ends', () => {
    expect(keyTarget('PageDown', 0, view)).toBe(8);
    expect(keyTarget('PageUp', 9, view)).toBe(1);
    expect(keyTarget('End', 0, view)).toBe(9);
    expect(keyTarget('Home', 9, view)).toBe(0);
  });
  it('that mean nothing here are left to others', () => {
    expect(keyTarget('x', 0, view)).toBeNull();
  });
});

describe('scrolling to a row', () => {
  it('moves as little as it can', () => {
    const pitch = shape.cellHeight + shape.gap;
    expect(scrollFor(shape, 2, 0, 800)).toBe(0);
    expect(scrollFor(shape, 2, 5 * pitch, 800)).toBe(2 * pitch);
    expect(scrollFor(shape, 10, 0, 800)).toBe(10 * pitch + shape.cellHeight - 800);
  });
});
