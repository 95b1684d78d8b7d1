/** Shapes over a picture. Everything is a ratio 0-1 of the upright picture until it is drawn. */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}
export interface Point {
  x: number;
  y: number;
}

/** What one row of results shows on the picture. */
export interface Mark {
  /** The row it belongs to: pointing at one lights the other. */
  id: string;
  box?: Box;
  polygon?: readonly Point[];
  points?: readonly Point[];
  label: string;
  /** faint: context, like faces that did not match. */
  faint?: boolean;
}

/** AWS boxes may reach over the edge; what is drawn does not. */
export function clipped(box: Box): Box {
  const left = bounded(box.left);
  const top = bounded(box.top);
  return {
    left,
    top,
    width: Math.max(0, bounded(box.left + box.width) - left),
    height: Math.max(0, bounded(box.top + box.height) - top),
  };
}

export function boundsOf(points: readonly Point[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const left = Math.min(...xs);
  const top = Math.min(...ys);
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}

export const area = (box: Box): number => box.width * box.height;

/** Large shapes first, so that small ones lie on top and can be pointed at. */
export function drawingOrder(marks: readonly Mark[]): Mark[] {
  const size = (mark: Mark): number => {
    const extent = extentOf(mark);
    return extent ? area(extent) : 0;
  };
  return [...marks].sort((first, second) => size(second) - size(first));
}

export function extentOf(mark: Mark): Box | null {
  if (mark.box) return clipped(mark.box);
  if (mark.polygon?.length) return boundsOf(mark.polygon);
  return mark.points?.length ? boundsOf(mark.points) : null;
}

/** Where a label goes: over the shape, or inside its top edge when there is no room above.
 * `height` is the label's own as a ratio of the picture's. */
export function labelPlace(extent: Box, height: number): { x: number; y: number; inside: boolean } {
  const inside = extent.top < height;
  return { x: bounded(extent.left), y: bounded(inside ? extent.top : extent.top - height), inside };
}

/** The largest size of a picture inside a frame, never larger than itself allows to be sharp. */
export function fitted(
  picture: { width: number; height: number },
  frame: { width: number; height: number },
  mostScale = 4,
): { width: number; height: number } {
  if (picture.width <= 0 || picture.height <= 0) return { width: 0, height: 0 };
  const scale = Math.min(frame.width / picture.width, frame.height / picture.height, mostScale);
  const kept = Math.max(0, scale);
  return { width: Math.round(picture.width * kept), height: Math.round(picture.height * kept) };
}

/** How a picture lies in its frame: `zoom` times its fitted size, its centre moved by pixels. */
export interface Zoomed {
  zoom: number;
  x: number;
  y: number;
}

export const FITTED: Zoomed = { zoom: 1, x: 0, y: 0 };
const MOST_ZOOM = 12;

/** Zoom by a factor so that what is under `point` (pixels from the frame's centre) stays there. */
export function zoomedAt(view: Zoomed, point: Point, factor: number): Zoomed {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * factor));
  if (zoom === 1) return FITTED;
  const grown = zoom / view.zoom;
  return { zoom, x: point.x - (point.x - view.x) * grown, y: point.y - (point.y - view.y) * grown };
}

/** Moved, but never so far that the picture leaves the middle of its frame. */
export function moved(view: Zoomed, by: Point, shown: { width: number; height: number }): Zoomed {
  const reach = (size: number): number => (size * view.zoom) / 2;
  const kept = (value: number, most: number): number => Math.min(most, Math.max(-most, value));
  return {
    zoom: view.zoom,
    x: kept(view.x + by.x, reach(shown.width)),
    y: kept(view.y + by.y, reach(shown.height)),
  };
}

/** A crop of a box with some room around it, square in pixels: for face tiles. */
export function squareAround(
  box: Box,
  picture: { width: number; height: number },
  room = 0.25,
): Box {
  const side = Math.min(
    Math.max(box.width * picture.width, box.height * picture.height) * (1 + 2 * room),
    picture.width,
    picture.height,
  );
  const width = side / picture.width;
  const height = side / picture.height;
  const left = box.left + box.width / 2 - width / 2;
  const top = box.top + box.height / 2 - height / 2;
  return {
    left: Math.min(Math.max(0, left), 1 - width),
    top: Math.min(Math.max(0, top), 1 - height),
    width,
    height,
  };
}

const bounded = (ratio: number): number => Math.min(1, Math.max(0, ratio));
