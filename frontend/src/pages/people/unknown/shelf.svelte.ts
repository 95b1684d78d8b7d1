/** A list from which things leave at once when something is decided about them, and to which they
 * come back when that is refused. An answer that was asked for before they left brings none back. */
import { SvelteSet } from 'svelte/reactivity';

import type { Dropped, Paged } from '../paged.svelte';

const SOON_MS = 700;
/** So many decisions are known by what they took away. */
const MOST_KEPT = 50;

/** What a decision came to: nothing when it was refused. */
type Answer = { event_id: number | null } | boolean | null;

export class Shelf<T> {
  readonly list: Paged<T>;
  private readonly idOf: (item: T) => string;
  /** On their way out, or gone but perhaps in an answer that is under way. */
  private hidden = new SvelteSet<string>();
  private gone = new Set<string>();
  private due: ReturnType<typeof setTimeout> | undefined;
  private waiting = 0;
  /** What each decision took away, by its event. */
  private taken = new Map<number, readonly Dropped<T>[]>();

  readonly items: readonly T[] = $derived.by(() =>
    this.hidden.size === 0
      ? this.list.items
      : this.list.items.filter((item) => !this.hidden.has(this.idOf(item))),
  );
  readonly total = $derived.by(() =>
    Math.max(this.items.length, this.list.total - (this.list.items.length - this.items.length)),
  );

  constructor(list: Paged<T>, idOf: (item: T) => string) {
    this.list = list;
    this.idOf = idOf;
  }

  at(index: number): T | null {
    return this.items[index] ?? null;
  }

  indexOf(id: string): number {
    return this.items.findIndex((item) => this.idOf(item) === id);
  }

  /** These are on the screen; those that left lie somewhere before. */
  need(last: number, first = 0): void {
    void this.list.need(last + this.hidden.size, first);
  }

  async range(first: number, last: number): Promise<readonly T[]> {
    await this.list.need(last + this.hidden.size);
    return this.items.slice(first, last + 1);
  }

  /** They leave while it is done; null or false says that it was refused, and they are back. */
  async without<R extends Answer>(ids: readonly string[], act: () => Promise<R>): Promise<R> {
    for (const id of ids) this.hidden.add(id);
    this.waiting += 1;
    let done = false;
    let event: number | null = null;
    try {
      const answer = await act();
      done = Boolean(answer);
      if (answer && answer !== true) event = answer.event_id;
      return answer;
    } finally {
      this.waiting -= 1;
      if (done) this.leave(ids, event);
      else for (const id of ids) this.hidden.delete(id);
    }
  }

  /** What was undone is here again: at once where it went from here, else after asking. */
  async undone(event: number | null): Promise<void> {
    const taken = event === null ? undefined : this.taken.get(event);
    if (!taken) return this.back();
    const ids = taken.map(({ item }) => this.idOf(item));
    for (const id of ids) {
      this.gone.delete(id);
      this.hidden.delete(id);
    }
    this.list.give(taken);
  }

  /** What was done again goes again. */
  async redone(event: number | null): Promise<void> {
    const taken = event === null ? undefined : this.taken.get(event);
    if (!taken) return this.back();
    const ids = taken.map(({ item }) => this.idOf(item));
    for (const id of ids) this.hidden.add(id);
    this.leave(ids, event);
  }

  /** It may be here again. */
  async back(): Promise<void> {
    if (this.waiting === 0) {
      this.gone.clear();
      this.hidden.clear();
    } else for (const id of this.takeGone()) this.hidden.delete(id);
    await this.refresh();
  }

  /** What is on the screen anew, once nothing happened for a moment. */
  refreshSoon(): void {
    clearTimeout(this.due);
    this.due = setTimeout(() => {
      if (this.waiting > 0) this.refreshSoon();
      else void this.refresh({ here: true });
    }, SOON_MS);
  }

  /** here: only what is on the screen and behind it, see Paged.refreshHere. */
  async refresh({ here = false }: { here?: boolean } = {}): Promise<void> {
    clearTimeout(this.due);
    const settled = this.takeGone();
    await (here ? this.list.refreshHere() : this.list.refresh());
    for (const id of settled) this.hidden.delete(id);
  }

  stop(): void {
    clearTimeout(this.due);
    this.list.stop();
  }

  private leave(ids: readonly string[], event: number | null): void {
    const dropped = this.list.drop(new Set(ids));
    if (event !== null) {
      this.taken.set(event, dropped);
      const [oldest] = this.taken.keys();
      if (this.taken.size > MOST_KEPT && oldest !== undefined) this.taken.delete(oldest);
    }
    for (const id of ids) this.gone.add(id);
  }

  private takeGone(): string[] {
    const gone = [...this.gone];
    this.gone.clear();
    return gone;
  }
}
