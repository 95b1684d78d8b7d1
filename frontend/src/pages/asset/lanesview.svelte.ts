/** Which part of a film its lanes show, and what the wheel, a pointer or two fingers do with it.
 * Pixels are counted from the upper left of the sheet that the lanes are drawn on. */
import {
  following,
  msOf,
  panned,
  stretchAt,
  ticksOf,
  xOf,
  zoomed,
  type Row,
  type Span,
  type Stretch,
} from './lanes';
import { ROW } from './painting';

const WHEEL_ZOOM = 1.0022;
const BUTTON_ZOOM = 1.6;
/** How near a pointer must be to a stretch, in pixels; a finger is less exact. */
const REACH = 4;
const FINGER_REACH = 12;
/** Less is a press with an unsteady hand. */
const DRAG_PIXELS = 4;
/** Fingers cannot be told apart nearer than this. */
const LEAST_APART = 24;

/** What a page tells; read whenever it changes. */
export interface Film {
  readonly rows: readonly Row[];
  readonly duration: number;
  readonly now: number;
  /** The id of the lane that stands on top whatever is scrolled. */
  readonly locked: string | null;
}
export interface Hit {
  x: number;
  y: number;
  row: Row;
  place: number;
}
/** Where the fingers were when they began, and what was shown then. */
interface Grip {
  span: Span;
  middle: number;
  apart: number;
  moved: boolean;
}

export class LanesView {
  span = $state.raw<Span>({ start: 0, end: 1 });
  width = $state(0);
  height = $state(0);
  scrollTop = $state(0);
  /** The stretch that is pointed at. */
  hover = $state.raw<Hit | null>(null);

  readonly ordered = $derived.by(() => {
    const { rows, locked } = this.film;
    const first = rows.find((row) => row.id === locked);
    return first ? [first, ...rows.filter((row) => row.id !== locked)] : rows;
  });
  private readonly firstRow = $derived(Math.max(0, Math.floor(this.scrollTop / ROW)));
  private readonly lastRow = $derived(
    Math.min(this.ordered.length - 1, Math.floor((this.scrollTop + this.height) / ROW)),
  );
  readonly visible = $derived(
    this.ordered
      .slice(this.firstRow, this.lastRow + 1)
      .map((row, at) => ({ row, top: (this.firstRow + at) * ROW })),
  );
  readonly pinned = $derived.by(() =>
    this.film.locked !== null && this.firstRow > 0 ? this.ordered[0] : undefined,
  );
  readonly ticks = $derived(ticksOf(this.span, this.width));
  readonly isWhole = $derived.by(() => this.span.end - this.span.start >= this.film.duration);
  readonly headX = $derived.by(() => xOf(this.film.now, this.span, this.width));

  private readonly film: Film;
  private fingers = new Map<number, number>();
  private grip: Grip | null = null;

  constructor(film: Film) {
    this.film = film;
  }

  fit(): void {
    this.span = { start: 0, end: Math.max(1, this.film.duration) };
  }
  show(ms: number): void {
    this.span = following(this.span, ms, this.film.duration);
  }
  zoomBy(factor: number): void {
    const { now, duration } = this.film;
    const { start, end } = this.span;
    const middle = now >= start && now <= end ? now : (start + end) / 2;
    this.span = zoomed(this.span, middle, factor, duration);
  }
  zoomIn(): void {
    this.zoomBy(BUTTON_ZOOM);
  }
  zoomOut(): void {
    this.zoomBy(1 / BUTTON_ZOOM);
  }
  msAt(x: number): number {
    return msOf(x, this.span, this.width);
  }

  /** Whether the wheel was for the lanes: with Ctrl it zooms, sideways it moves along. */
  wheel(event: WheelEvent, x: number): boolean {
    const { duration } = this.film;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey || event.metaKey) {
      this.span = zoomed(this.span, this.msAt(x), WHEEL_ZOOM ** -event.deltaY, duration);
    } else if (sideways && !this.isWhole) {
      this.span = panned(this.span, this.msOver(event.deltaX || event.deltaY), duration);
    } else return false;
    return true;
  }

  press(finger: number, x: number): void {
    this.fingers.set(finger, x);
    this.hold(this.grip?.moved ?? false);
  }
  /** Whether something is held, and moved with it. */
  drag(finger: number, x: number): boolean {
    if (!this.grip || !this.fingers.has(finger)) return false;
    this.fingers.set(finger, x);
    const { middle, apart } = this.reach();
    const { span, middle: from, apart: before, moved } = this.grip;
    const isPinch = this.fingers.size > 1;
    this.grip.moved = moved || isPinch || Math.abs(middle - from) > DRAG_PIXELS;
    if (!this.grip.moved) return true;
    this.hover = null;
    const { duration } = this.film;
    const factor = isPinch ? apart / before : 1;
    const grown = zoomed(span, msOf(from, span, this.width), factor, duration);
    const length = grown.end - grown.start;
    this.span = panned(grown, ((from - middle) / Math.max(1, this.width)) * length, duration);
    return true;
  }
  /** Whether it was a press and nothing else: neither dragged nor pinched. */
  release(finger: number): boolean {
    const wasPress = this.fingers.delete(finger) && this.grip?.moved === false;
    if (this.fingers.size > 0) this.hold(true);
    else this.grip = null;
    return wasPress;
  }
  cancel(finger: number): void {
    this.release(finger);
  }

  /** Light what is under a pointer, if anything is; a finger may be beside it. */
  point(x: number, y: number, { finger = false } = {}): Stretch | null {
    const row = this.rowAt(y);
    const reach = this.msOver(finger ? FINGER_REACH : REACH);
    const place = row ? stretchAt(row.stretches, this.msAt(x), reach) : null;
    this.hover = row && place !== null ? { x, y, row, place } : null;
    return this.hover ? (this.hover.row.stretches[this.hover.place] ?? null) : null;
  }
  rowAt(y: number): Row | undefined {
    if (this.pinned && y < ROW) return this.pinned;
    return this.ordered[Math.floor((y + this.scrollTop) / ROW)];
  }

  /** From here on, with the fingers that are there. */
  private hold(moved: boolean): void {
    this.grip = { span: this.span, moved: moved || this.fingers.size > 1, ...this.reach() };
  }
  private reach(): { middle: number; apart: number } {
    const places = [...this.fingers.values()];
    const [least, most] = [Math.min(...places), Math.max(...places)];
    return { middle: (least + most) / 2, apart: Math.max(LEAST_APART, most - least) };
  }
  private msOver(pixels: number): number {
    return (pixels / Math.max(1, this.width)) * (this.span.end - this.span.start);
  }
}
