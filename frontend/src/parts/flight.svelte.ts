/** Whether a grid is scrolled faster than one can see: then its pictures wait. */
const FAST_SHARE = 0.35;
const STEP_MS = 120;
const LANDED_MS = 110;

export class Flight {
  flying = $state(false);
  private first = 0;
  private at = 0;
  private landing: ReturnType<typeof setTimeout> | undefined;

  /** From this to that item is on the screen now. More than three screens a second is fast. */
  ranged(first: number, last: number, now = performance.now()): void {
    const jump = Math.abs(first - this.first) / Math.max(1, last - first + 1);
    const passed = now - this.at;
    this.flying = jump > FAST_SHARE && passed < STEP_MS && passed > 0;
    this.first = first;
    this.at = now;
    clearTimeout(this.landing);
    if (this.flying) this.landing = setTimeout(() => (this.flying = false), LANDED_MS);
  }

  stop(): void {
    clearTimeout(this.landing);
  }
}
