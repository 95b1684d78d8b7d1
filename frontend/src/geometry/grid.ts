/** Which cells of a long grid are on the screen. Pixels; no DOM. */

export interface GridShape {
  columns: number;
  cellWidth: number;
  cellHeight: number;
  gap: number;
  rows: number;
  totalHeight: number;
}

export interface GridWish {
  count: number;
  width: number;
  /** Cells are at least this wide and share what is left. */
  minCellWidth: number;
  /** Height of a cell: so much of its width, and so many pixels. */
  aspect: number;
  extraHeight: number;
  gap: number;
}

export function gridShape(wish: GridWish): GridShape {
  const { count, width, minCellWidth, aspect, extraHeight, gap } = wish;
  const columns = Math.max(1, Math.floor((width + gap) / (minCellWidth + gap)));
  const cellWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
  const cellHeight = Math.round(cellWidth * aspect + extraHeight);
  const rows = Math.ceil(count / columns);
  return {
    columns,
    cellWidth,
    cellHeight,
    gap,
    rows,
    totalHeight: rows === 0 ? 0 : rows * (cellHeight + gap) - gap,
  };
}

/** Rows beyond each edge that are drawn as well. */
const OVERSCAN = 2;

/** First and last row to draw, with some beyond both edges so that scrolling shows no holes. */
export function visibleRows(
  shape: GridShape,
  scrollTop: number,
  viewHeight: number,
  overscan = OVERSCAN,
): { first: number; last: number } {
  if (shape.rows === 0) return { first: 0, last: -1 };
  const pitch = shape.cellHeight + shape.gap;
  const top = Math.max(0, scrollTop);
  return {
    first: Math.min(shape.rows - 1, Math.max(0, Math.floor(top / pitch) - overscan)),
    last: Math.min(shape.rows - 1, Math.floor((top + viewHeight) / pitch) + overscan),
  };
}

/** The row in each slot. The number of slots depends on the view alone, so that scrolling by a row
 * changes one slot and leaves the others as they are. */
export function slotRows(shape: GridShape, first: number, viewHeight: number): number[] {
  const pitch = shape.cellHeight + shape.gap;
  const wanted = pitch > 0 ? Math.ceil(viewHeight / pitch) + 1 + 2 * OVERSCAN : 0;
  const many = Math.min(shape.rows, wanted);
  const start = Math.max(0, Math.min(first, shape.rows - many));
  return Array.from({ length: many }, (_, slot) => {
    const offset = (slot - (start % many) + many) % many;
    return start + offset;
  });
}

/** Where a key leads from an item; the same item when there is nowhere to go. */
export function keyTarget(
  key: string,
  at: number,
  { columns, count, pageRows }: { columns: number; count: number; pageRows: number },
): number | null {
  const last = count - 1;
  const inside = (to: number): number => (to < 0 || to > last ? at : to);
  switch (key) {
    case 'ArrowRight':
      return inside(at + 1);
    case 'ArrowLeft':
      return inside(at - 1);
    case 'ArrowDown':
      return at + columns > last && rowOf(at, columns) < rowOf(last, columns)
        ? last
        : inside(at + columns);
    case 'ArrowUp':
      return inside(at - columns);
    case 'Home':
      return 0;
    case 'End':
      return Math.max(0, last);
    case 'PageDown':
      return Math.min(last, at + columns * pageRows);
    case 'PageUp':
      return Math.max(at % columns, at - columns * pageRows);
    default:
      return null;
  }
}

const rowOf = (index: number, columns: number): number => Math.floor(index / columns);

/** The scroll position at which a row is wholly in view, moving as little as it can. */
export function scrollFor(
  shape: GridShape,
  row: number,
  scrollTop: number,
  viewHeight: number,
): number {
  const pitch = shape.cellHeight + shape.gap;
  const top = row * pitch;
  const bottom = top + shape.cellHeight;
  if (top < scrollTop) return top;
  return bottom > scrollTop + viewHeight ? bottom - viewHeight : scrollTop;
}
