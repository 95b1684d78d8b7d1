/** Where a small window stands beside a face: on the side where it hides least. CSS pixels of the
 * page. Pure. */

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

export type Side = 'right' | 'left' | 'below' | 'above';
const SIDES: readonly Side[] = ['right', 'left', 'below', 'above'];
const GAP = 10;
/** Hiding the face itself is worse than hiding another, and that is worse than hiding what lies
 * beside the picture. */
const WEIGHTS = { own: 6, others: 1.5, beside: 0.2 };

export interface Wish {
  /** What it belongs to. */
  box: Rect;
  size: { width: number; height: number };
  /** It stays in here. */
  room: Rect;
  /** It rather stays in here: the picture's frame. */
  stage: Rect;
  /** Other faces, which it rather does not hide. */
  others: readonly Rect[];
}

export interface Placed {
  left: number;
  top: number;
  side: Side;
}

export function placeBeside(wish: Wish): Placed {
  const tried = SIDES.map((side) => {
    const at = clamped(beside(wish, side), wish);
    return { ...at, side, cost: costOf({ ...at, ...wish.size }, wish) };
  });
  const best = tried.reduce((one, other) => (other.cost < one.cost - 1 ? other : one));
  return { left: Math.round(best.left), top: Math.round(best.top), side: best.side };
}

function beside({ box, size }: Wish, side: Side): { left: number; top: number } {
  const middleX = box.left + box.width / 2 - size.width / 2;
  const middleY = box.top + box.height / 2 - size.height / 2;
  switch (side) {
    case 'right':
      return { left: box.left + box.width + GAP, top: middleY };
    case 'left':
      return { left: box.left - size.width - GAP, top: middleY };
    case 'below':
      return { left: middleX, top: box.top + box.height + GAP };
    case 'above':
      return { left: middleX, top: box.top - size.height - GAP };
  }
}

function clamped(at: { left: number; top: number }, { size, room }: Wish) {
  const kept = (value: number, start: number, length: number, own: number): number =>
    Math.max(start, Math.min(value, start + length - own));
  return {
    left: kept(at.left, room.left, room.width, size.width),
    top: kept(at.top, room.top, room.height, size.height),
  };
}

function costOf(at: Rect, { box, stage, others }: Wish): number {
  const hidden = others.reduce((sum, other) => sum + shared(at, other), 0);
  const outside = at.width * at.height - shared(at, stage);
  return WEIGHTS.own * shared(at, box) + WEIGHTS.others * hidden + WEIGHTS.beside * outside;
}

/** Pixels that two rectangles share. */
export function shared(one: Rect, other: Rect): number {
  const across =
    Math.min(one.left + one.width, other.left + other.width) - Math.max(one.left, other.left);
  const down =
    Math.min(one.top + one.height, other.top + other.height) - Math.max(one.top, other.top);
  return Math.max(0, across) * Math.max(0, down);
}
