/** A list from which things leave at once when something is decided about them, and to which they
 * come back when that is refused. An answer that was asked for before they left brings none back. */
import { SvelteSet } from 'svelte/reactivity';

import type { Paged } from '../paged.svelte';

const SOON_MS = 700;

export class Shelf<T> {
  readonly list: Paged<T>;
  private readonly idOf: (item: T) => string;
  /** On their way out, or gone but perhaps in an answer that is under way. */
  private hidden = new SvelteSet<string>();
  private gone = new Set<string>();
  private due: ReturnType<typeof setTimeout> | undefined;
  private waiting = 0;

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
  need(last: number): void {
    void this.list.need(last + this.hidden.size);
  }

  async range(first: number, last: number): Promise<readonly T[]> {
    await this.list.need(last + this.hidden.size);
    return this.items.slice(first, last + 1);
  }

  /** They leave while it is done; null or false says that it was refused, and they are back. */
  async without<R>(ids: readonly string[], act: () => Promise<R>): Promise<R> {
    for (const id of ids) this.hidden.add(id);
    this.waiting += 1;
    let done = false;
    try {
      const answer = await act();
      done = Boolean(answer);
      return answer;
    } finally {
      this.waiting -= 1;
      if (done) this.leave(ids);
      else for (const id of ids) this.hidden.delete(id);
    }
  }

  /** What was undone may be here again. */
  async back(): Promise<void> {
    if (this.waiting === 0) {
      this.gone.clear();
      this.hidden.clear();
    } else for (const id of this.takeGone()) this.hidden.delete(id);
    await this.refresh();
  }

  /** Anew once nothing happened for a moment. */
  refreshSoon(): void {
    clearTimeout(this.due);
    this.due = setTimeout(() => {
      if (this.waiting > 0) this.refreshSoon();
      else void this.refresh();
    }, SOON_MS);
  }

  async refresh(): Promise<void> {
    clearTimeout(this.due);
    const settled = this.takeGone();
    await this.list.refresh();
    for (const id of settled) this.hidden.delete(id);
  }

  stop(): void {
    clearTimeout(this.due);
    this.list.stop();
  }

  private leave(ids: readonly string[]): void {
    this.list.drop(new Set(ids));
    for (const id of ids) this.gone.add(id);
  }

  private takeGone(): string[] {
    const gone = [...this.gone];
    this.gone.clear();
    return gone;
  }
}
