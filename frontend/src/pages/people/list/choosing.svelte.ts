/** Which of a list are chosen: single ones, and ranges with Shift that grow and shrink. */
import { between, flipped, withRange, without, type Chosen } from '../../library/selection';

export class Choosing {
  chosen = $state.raw<Chosen>(new Set());
  private anchor = 0;
  private before: Chosen = new Set();
  private idsOf: (first: number, last: number) => Promise<readonly string[]>;

  /** idsOf: of the items from one place to another, both included. */
  constructor(idsOf: (first: number, last: number) => Promise<readonly string[]>) {
    this.idsOf = idsOf;
  }

  get size(): number {
    return this.chosen.size;
  }
  has(id: string): boolean {
    return this.chosen.has(id);
  }

  flip(place: number, id: string): void {
    this.chosen = flipped(this.chosen, id);
    this.anchor = place;
    this.before = this.chosen;
  }
  /** From where the range began to here. */
  async to(place: number): Promise<void> {
    const { first, last } = between(this.anchor, place);
    const before = this.before;
    this.chosen = withRange(before, await this.idsOf(first, last));
  }
  /** A key led from one to another while Shift was held. */
  extend(from: number, to: number): Promise<void> {
    if (this.chosen.size === 0) this.anchor = from;
    return this.to(to);
  }
  async all(count: number): Promise<void> {
    this.anchor = 0;
    this.before = new Set();
    if (count > 0) this.chosen = withRange(this.before, await this.idsOf(0, count - 1));
  }
  drop(ids: Iterable<string>): void {
    this.chosen = without(this.chosen, ids);
    this.before = this.chosen;
  }
  clear(): void {
    this.chosen = new Set();
    this.before = this.chosen;
  }
}
