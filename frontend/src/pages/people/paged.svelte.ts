/** A list of any length that is fetched page by page as it is looked at: what a virtual grid over
 * an answer with a cursor asks for. */
import { messageOf, wasAborted } from '../../api/client';

export interface PageAsked {
  limit: number;
  after: string | null;
}
export interface PageFound<T> {
  items: readonly T[];
  /** Of all pages; null when the server does not count. */
  total: number | null;
  next: string | null;
}
/** What went from a list, and what stood before it there: null for the first. */
export interface Dropped<T> {
  item: T;
  before: T | null;
}
export type FetchPage<T> = (asked: PageAsked, signal: AbortSignal) => Promise<PageFound<T>>;

const PAGE = 200;
/** What lies far beyond what is here comes in pieces of so many, where the server gives no more. */
const LARGEST = 500;

export class Paged<T> {
  items = $state.raw<readonly T[]>([]);
  total = $state(0);
  status = $state<'idle' | 'asking' | 'ready' | 'failed'>('idle');
  message = $state('');
  /** There is more that was not fetched. */
  more = $state(false);

  private next: string | null = null;
  private wanted = 0;
  private seenFrom = 0;
  /** Where pages began: what asks for the page, and how many items lie before it. */
  private marks: { after: string; at: number }[] = [];
  private running: Promise<void> | null = null;
  private own: AbortController | null = null;
  private fetchPage: FetchPage<T>;
  private idOf: (item: T) => string;
  private largest: number;
  private known = new Set<string>();

  /** largest: the most that the server gives at once. */
  constructor(
    fetchPage: FetchPage<T>,
    idOf: (item: T) => string,
    { largest = LARGEST }: { largest?: number } = {},
  ) {
    this.fetchPage = fetchPage;
    this.idOf = idOf;
    this.largest = largest;
  }

  at(index: number): T | null {
    return this.items[index] ?? null;
  }

  /** From the start, for another question when one is given; what is shown goes at once. */
  async ask(fetchPage: FetchPage<T> = this.fetchPage): Promise<void> {
    this.fetchPage = fetchPage;
    this.wanted = 0;
    this.seenFrom = 0;
    this.status = 'asking';
    await this.begin();
  }

  /** The same again, as far as it was looked at; what is shown stays until the answer. */
  async refresh(): Promise<void> {
    if (this.status !== 'idle') await this.begin();
  }

  /** What is on the screen again, and what lies behind it; what lies before stays as it is. Only for
   * lists whose cursors say behind what a page begins, and not how far down. */
  async refreshHere(): Promise<void> {
    const from = this.marks.findLast((mark) => mark.at <= this.seenFrom) ?? null;
    if (this.status !== 'idle') await this.begin(from);
  }

  /** Items up to this one are on the screen, from `first` on. */
  async need(last: number, first = 0): Promise<void> {
    this.wanted = Math.max(last, 0);
    this.seenFrom = first;
    if (this.status === 'ready') await this.fill();
  }

  /** Items from one to the other, fetched if need be. */
  async range(first: number, last: number): Promise<readonly T[]> {
    await this.need(last);
    return this.items.slice(first, last + 1);
  }

  /** These are gone: the grid closes the gaps. The answer says what went from where: see `give`. */
  drop(ids: ReadonlySet<string>): readonly Dropped<T>[] {
    const dropped: Dropped<T>[] = [];
    const left: T[] = [];
    const marks = this.marks.map((mark) => ({ ...mark }));
    this.items.forEach((item, at) => {
      if (!ids.has(this.idOf(item))) return void left.push(item);
      dropped.push({ item, before: left[left.length - 1] ?? null });
      this.marks.forEach((mark, place) => at < mark.at && marks[place]!.at--);
    });
    this.marks = marks;
    this.total = Math.max(0, this.total - dropped.length);
    for (const { item } of dropped) this.known.delete(this.idOf(item));
    this.items = left;
    return dropped;
  }

  /** They are here again, each behind what stood before it. */
  give(dropped: readonly Dropped<T>[]): void {
    const behind = new Map<string | null, T[]>();
    for (const { item, before } of dropped) {
      if (this.known.has(this.idOf(item))) continue;
      const here = before !== null && this.known.has(this.idOf(before));
      const place = here ? this.idOf(before) : null;
      behind.set(place, [...(behind.get(place) ?? []), item]);
    }
    const items = [...(behind.get(null) ?? [])];
    const marks = this.marks.map((mark) => ({ ...mark, at: mark.at + items.length }));
    this.items.forEach((item, at) => {
      items.push(item);
      const others = behind.get(this.idOf(item));
      if (!others) return;
      for (const other of others) items.push(other);
      this.marks.forEach((mark, place) => at < mark.at && (marks[place]!.at += others.length));
    });
    this.marks = marks;
    this.total += items.length - this.items.length;
    this.items = items;
    for (const { item } of dropped) this.known.add(this.idOf(item));
  }

  /** One item changed. */
  put(item: T): void {
    const id = this.idOf(item);
    this.items = this.items.map((one) => (this.idOf(one) === id ? item : one));
  }

  stop(): void {
    this.own?.abort();
    this.running = null;
  }

  private async begin(from: { after: string; at: number } | null = null): Promise<void> {
    this.stop();
    const own = (this.own = new AbortController());
    try {
      const enough = this.status === 'ready' ? this.wanted + 1 - (from?.at ?? 0) : 1;
      const pages = await this.collect(enough, from?.after ?? null, own.signal);
      if (own.signal.aborted) return;
      // Items may have gone from before it meanwhile.
      this.cut(this.marks.find((mark) => mark.after === from?.after)?.at ?? 0);
      for (const page of pages) this.take(page);
      this.status = 'ready';
      this.message = '';
    } catch (reason) {
      if (wasAborted(reason) || own.signal.aborted) return;
      this.message = messageOf(reason);
      this.status = 'failed';
      return;
    }
    await this.fill();
  }

  private async collect(
    enough: number,
    after: string | null,
    signal: AbortSignal,
  ): Promise<PageFound<T>[]> {
    const pages: PageFound<T>[] = [];
    let missing = enough;
    let next = after;
    do {
      const found: PageFound<T> = await this.fetchPage(
        { limit: this.piece(missing), after: next },
        signal,
      );
      pages.push(found);
      missing -= found.items.length;
      next = found.next;
    } while (next !== null && missing > 0 && !signal.aborted);
    return pages;
  }

  /** Only so many are left, and pages that begin among them. */
  private cut(many: number): void {
    this.items = this.items.slice(0, many);
    this.known = new Set(this.items.map(this.idOf));
    this.marks = this.marks.filter((mark) => mark.at <= many && many > 0);
  }

  private fill(): Promise<void> {
    if (this.running) return this.running;
    const running = this.fillOn(this.own?.signal ?? new AbortController().signal).finally(() => {
      if (this.running === running) this.running = null;
    });
    return (this.running = running);
  }

  private async fillOn(signal: AbortSignal): Promise<void> {
    while (this.next !== null && this.items.length <= this.wanted && !signal.aborted) {
      const limit = this.piece(this.wanted + 1 - this.items.length);
      try {
        const found = await this.fetchPage({ limit, after: this.next }, signal);
        if (signal.aborted) return;
        this.take(found);
      } catch (reason) {
        if (!wasAborted(reason)) this.message = messageOf(reason);
        return; // Asked for again when it is next on the screen.
      }
    }
  }

  /** What is far away comes in one piece, or in few. */
  private piece(missing: number): number {
    return missing > PAGE ? this.largest : PAGE;
  }

  /** They come behind those that are here. An item that moved between two pages while they were
   * fetched comes once. */
  private take({ items, total, next }: PageFound<T>): void {
    const fresh: T[] = [];
    for (const item of items) {
      const id = this.idOf(item);
      if (this.known.has(id)) continue;
      this.known.add(id);
      fresh.push(item);
    }
    this.items = [...this.items, ...fresh];
    this.next = next;
    if (next !== null) this.marks.push({ after: next, at: this.items.length });
    this.more = next !== null;
    this.total = next === null ? this.items.length : (total ?? this.items.length);
  }
}
