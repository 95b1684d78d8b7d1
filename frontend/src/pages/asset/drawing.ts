/** A box that somebody draws over a picture: begun, moved, sized. Ratios 0-1 of the picture. Pure. */
import type { Box, Point } from '../../geometry/overlay';

/** The side and corner by which a box is held. */
export const HANDLES = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof HANDLES)[number];

/** Of the picture's shorter side: less is a click with an unsteady hand. */
const LEAST_RATIO = 0.01;
/** A face that fills a fifth of the shorter side is what one draws most. */
const FIRST_RATIO = 0.2;
const STEP_RATIO = 0.01;
const BIG_STEPS = 5;

export interface Size {
  width: number;
  height: number;
}

/** Square in pixels, in the middle of the picture: where keys begin. */
export function firstBox(picture: Size): Box {
  const side = FIRST_RATIO * Math.min(picture.width, picture.height);
  const width = side / picture.width;
  const height = side / picture.height;
  return { left: (1 - width) / 2, top: (1 - height) / 2, width, height };
}

/** From where the pointer was pressed to where it is, in either direction. */
export function between(from: Point, to: Point): Box {
  const [left, right] = ordered(bounded(from.x), bounded(to.x));
  const [top, bottom] = ordered(bounded(from.y), bounded(to.y));
  return { left, top, width: right - left, height: bottom - top };
}

export function isBoxEnough(box: Box, picture: Size): boolean {
  const least = LEAST_RATIO * Math.min(picture.width, picture.height);
  return box.width * picture.width >= least && box.height * picture.height >= least;
}

/** The same size elsewhere, never over the edge. */
export function movedBy(box: Box, by: Point): Box {
  return {
    ...box,
    left: Math.min(Math.max(0, box.left + by.x), 1 - box.width),
    top: Math.min(Math.max(0, box.top + by.y), 1 - box.height),
  };
}

/** One side or corner moved; pulled past the other side the box turns over. */
export function pulled(box: Box, handle: Handle, by: Point): Box {
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const x = handle.includes('w') ? box.left + by.x : handle.includes('e') ? right + by.x : null;
  const y = handle.includes('n') ? box.top + by.y : handle.includes('s') ? bottom + by.y : null;
  const across = x === null ? [box.left, right] : [x, handle.includes('w') ? right : box.left];
  const down = y === null ? [box.top, bottom] : [y, handle.includes('n') ? bottom : box.top];
  return between({ x: across[0] ?? 0, y: down[0] ?? 0 }, { x: across[1] ?? 1, y: down[1] ?? 1 });
}

/** Larger or smaller around its middle, in steps of its own sides; it stays inside and visible. */
export function sized(box: Box, by: Point, picture: Size): Box {
  const least = LEAST_RATIO * Math.min(picture.width, picture.height);
  const grown = (start: number, length: number, more: number, shortest: number) => {
    const next = Math.min(1, Math.max(shortest, length + more));
    return { start: Math.min(Math.max(0, start + (length - next) / 2), 1 - next), length: next };
  };
  const across = grown(box.left, box.width, by.x, least / picture.width);
  const down = grown(box.top, box.height, by.y, least / picture.height);
  return { left: across.start, top: down.start, width: across.length, height: down.length };
}

/** What an arrow does: moves; with Shift it sizes; with Ctrl or Alt in larger steps. */
export function byKey(
  box: Box,
  key: string,
  { shift, far, picture }: { shift: boolean; far: boolean; picture: Size },
): Box | null {
  const directions: Record<string, Point> = {
    ArrowLeft: { x: -1, y: 0 },
    ArrowRight: { x: 1, y: 0 },
    ArrowUp: { x: 0, y: -1 },
    ArrowDown: { x: 0, y: 1 },
  };
  const way = directions[key];
  if (!way) return null;
  const pixels = STEP_RATIO * Math.min(picture.width, picture.height) * (far ? BIG_STEPS : 1);
  const step = { x: (way.x * pixels) / picture.width, y: (way.y * pixels) / picture.height };
  // Down is larger, as right is: a box grows the way it is pulled at its lower right corner.
  return shift ? sized(box, { x: 2 * step.x, y: 2 * step.y }, picture) : movedBy(box, step);
}

/** For those who do not see it. */
export function inWords(box: Box): string {
  const percent = (ratio: number) => Math.round(ratio * 100);
  return `${percent(box.left)} % from the left, ${percent(box.top)} % from the top, ${percent(box.width)} % wide, ${percent(box.height)} % high`;
}

const bounded = (ratio: number): number => Math.min(1, Math.max(0, ratio));
const ordered = (one: number, other: number): [number, number] =>
  one <= other ? [one, other] : [other, one];
