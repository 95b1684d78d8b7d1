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
export type FetchPage<T> = (asked: PageAsked, signal: AbortSignal) => Promise<PageFound<T>>;

const PAGE = 200;
/** A grid that was scrolled far is fetched anew in large pieces. */
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
  private running: Promise<void> | null = null;
  private own: AbortController | null = null;
  private fetchPage: FetchPage<T>;
  private idOf: (item: T) => string;

  constructor(fetchPage: FetchPage<T>, idOf: (item: T) => string) {
    this.fetchPage = fetchPage;
    this.idOf = idOf;
  }

  at(index: number): T | null {
    return this.items[index] ?? null;
  }

  /** From the start, for another question when one is given; what is shown goes at once. */
  async ask(fetchPage: FetchPage<T> = this.fetchPage): Promise<void> {
    this.fetchPage = fetchPage;
    this.wanted = 0;
    this.status = 'asking';
    await this.begin();
  }

  /** The same again, as far as it was looked at; what is shown stays until the answer. */
  async refresh(): Promise<void> {
    if (this.status !== 'idle') await this.begin();
  }

  /** Items up to this one are on the screen. */
  async need(last: number): Promise<void> {
    this.wanted = Math.max(last, 0);
    if (this.status === 'ready') await this.fill();
  }

  /** Items from one to the other, fetched if need be. */
  async range(first: number, last: number): Promise<readonly T[]> {
    await this.need(last);
    return this.items.slice(first, last + 1);
  }

  /** These are gone: the grid closes the gaps, then asks anew. */
  drop(ids: ReadonlySet<string>): void {
    const left = this.items.filter((item) => !ids.has(this.idOf(item)));
    this.total = Math.max(0, this.total - (this.items.length - left.length));
    this.items = left;
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

  private async begin(): Promise<void> {
    this.stop();
    const own = (this.own = new AbortController());
    try {
      const enough = this.status === 'ready' ? this.wanted + 1 : 1;
      const found = await this.collect(enough, own.signal);
      if (own.signal.aborted) return;
      this.take(found.items, found.total, found.next);
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

  private async collect(enough: number, signal: AbortSignal): Promise<PageFound<T>> {
    const items: T[] = [];
    let total: number | null = null;
    let next: string | null = null;
    do {
      const limit = enough - items.length > PAGE ? LARGEST : PAGE;
      const found: PageFound<T> = await this.fetchPage({ limit, after: next }, signal);
      items.push(...found.items);
      total = found.total;
      next = found.next;
    } while (next !== null && items.length < enough && !signal.aborted);
    return { items, total, next };
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
      const limit = this.wanted - this.items.length > PAGE ? LARGEST : PAGE;
      try {
        const found = await this.fetchPage({ limit, after: this.next }, signal);
        if (signal.aborted) return;
        this.take([...this.items, ...found.items], found.total, found.next);
      } catch (reason) {
        if (!wasAborted(reason)) this.message = messageOf(reason);
        return; // Asked for again when it is next on the screen.
      }
    }
  }

  /** An item that moved between two pages while they were fetched comes once. */
  private take(items: readonly T[], total: number | null, next: string | null): void {
    const byId = new Map(items.map((item) => [this.idOf(item), item]));
    this.items = [...byId.values()];
    this.next = next;
    this.more = next !== null;
    this.total = next === null ? this.items.length : (total ?? this.items.length);
  }
}
