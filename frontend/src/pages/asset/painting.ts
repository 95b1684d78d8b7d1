/** The lanes on their canvas: the rows in sight, their stretches, the lines of the ruler. */
import { segmentsOf, ticksOf, xOf, type Row, type Segment, type Span } from './lanes';

/** Height of a lane, CSS pixels. */
export const ROW = 24;

export interface Shown {
  width: number;
  height: number;
  scrollTop: number;
  span: Span;
  rows: readonly { row: Row; top: number }[];
  /** Stands on top whatever is scrolled. */
  pinned: Row | undefined;
  lit: { row: Row; place: number } | null;
  chosen: string | null;
}
type Colour = (token: string) => string;

export function paint(target: HTMLCanvasElement, shown: Shown): void {
  const context = target.getContext('2d');
  if (!context) return;
  const { width, height, span } = shown;
  fit(target, context, { width, height });
  const colour = colours(target);
  context.clearRect(0, 0, width, height);
  context.fillStyle = colour('--line');
  for (const ms of ticksOf(span, width).at) {
    context.fillRect(Math.round(xOf(ms, span, width)), 0, 1, height);
  }
  for (const { row, top } of shown.rows) {
    paintRow(context, row, top - shown.scrollTop, shown, colour);
  }
  if (!shown.pinned) return;
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, width, ROW);
  paintRow(context, shown.pinned, 0, shown, colour);
}

/** As many pixels as the screen has. */
function fit(
  target: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
  { width, height }: { width: number; height: number },
): void {
  const ratio = devicePixelRatio || 1;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (target.width !== across || target.height !== down) {
    target.width = across;
    target.height = down;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** The tokens as they are in this theme, each asked for once. */
function colours(target: HTMLElement): Colour {
  const style = getComputedStyle(target);
  const known = new Map<string, string>();
  return (token) => {
    const value = known.get(token) ?? style.getPropertyValue(token).trim();
    known.set(token, value);
    return value;
  };
}

function paintRow(
  context: CanvasRenderingContext2D,
  row: Row,
  y: number,
  shown: Shown,
  colour: Colour,
): void {
  const { width, span, lit } = shown;
  if (row.id === shown.chosen) {
    context.fillStyle = colour('--hover');
    context.fillRect(0, y, width, ROW);
  }
  context.fillStyle = colour('--line');
  context.fillRect(0, y + ROW - 1, width, 1);
  for (const segment of segmentsOf(row.stretches, span, width)) {
    const isLit = lit?.row.id === row.id && lit.place === segment.place;
    context.globalAlpha = isLit ? 1 : shadeOf(row, segment);
    context.fillStyle = colour(`--lane-${row.kind}`);
    context.beginPath();
    context.roundRect(segment.x, y + 4, segment.width, ROW - 9, Math.min(3, segment.width / 2));
    context.fill();
    if (isLit) {
      context.strokeStyle = colour('--ink');
      context.lineWidth = 1.5;
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/** The surer, the darker. Shots touch each other: every other one is lighter, so that cuts show. */
function shadeOf(row: Row, { place, confidence }: Segment): number {
  if (row.kind === 'shot') return place % 2 ? 0.45 : 0.8;
  return 0.4 + (0.6 * confidence) / 100;
}
