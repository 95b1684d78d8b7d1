/** Which of a list are chosen: single ones, and ranges with Shift that grow and shrink. */
import { messageOf } from '../api/client';
import { countText } from '../formatting/numbers';
import { between, flipped, withRange, without, type Chosen } from './selection';
import { toasts } from './toasts.svelte';

type IdsOf = (first: number, last: number) => Promise<readonly string[]>;

export class Choosing {
  chosen = $state.raw<Chosen>(new Set());
  /** The ids of a range are on their way. */
  picking = $state(false);
  private anchor = 0;
  /** What was chosen when the range began. */
  private before: Chosen = this.chosen;
  private asked = 0;
  private readonly idsOf: IdsOf;
  private readonly most: number;

  /** idsOf: of the items from one place to another, both included. most: at once. */
  constructor(idsOf: IdsOf, { most = Infinity }: { most?: number } = {}) {
    this.idsOf = idsOf;
    this.most = most;
  }

  get size(): number {
    return this.chosen.size;
  }
  has(id: string): boolean {
    return this.chosen.has(id);
  }

  flip(place: number, id: string): void {
    this.take(flipped(this.chosen, id));
    this.anchor = place;
  }
  /** From where the range began to here. What is chosen or cleared before its ids are there stands. */
  async to(place: number): Promise<void> {
    const { first, last } = between(this.anchor, place);
    if (last - first >= this.most) {
      toasts.say(`At most ${countText(this.most)} can be chosen at once.`);
    }
    const asked = ++this.asked;
    const { before } = this;
    this.picking = true;
    try {
      const ids = await this.idsOf(first, Math.min(last, first + this.most - 1));
      if (asked === this.asked) this.chosen = withRange(before, ids);
    } catch (reason) {
      toasts.say(messageOf(reason), 'bad');
    } finally {
      if (asked === this.asked) this.picking = false;
    }
  }
  /** A key led from one to another while Shift was held. */
  extend(from: number, to: number): Promise<void> {
    if (this.chosen.size === 0) this.anchor = from;
    return this.to(to);
  }
  async all(count: number): Promise<void> {
    this.anchor = 0;
    this.before = new Set();
    if (count > 0) await this.to(count - 1);
  }
  drop(ids: Iterable<string>): void {
    this.take(without(this.chosen, ids));
  }
  clear(): void {
    this.take(new Set());
  }

  private take(chosen: Chosen): void {
    this.chosen = chosen;
    this.before = chosen;
    // A range that is on its way comes too late.
    this.asked += 1;
    this.picking = false;
  }
}
