/** What was found, page by page as it is looked at. Lives on while an asset is looked at, so that
 * the grid is there at once on the way back. */
import { SvelteMap } from 'svelte/reactivity';

import { messageOf, wasAborted } from '../../api/client';
import {
  search,
  searchIds,
  similarAssets,
  similarFaces,
  type Card,
  type FacetValue,
  type Found,
  type Hit,
} from '../../api/library';
import { NOTHING, askedOf, writeQuery, type LibraryQuery } from './query';

const PAGE = 100;
const MOST_ALIKE = 200;
/** So many items are fetched as they are; of more, only the ids. */
const FEW = 300;
/** Pages kept; those farthest from what is looked at go first. */
const KEPT_PAGES = 120;
/** While somebody scrolls fast, nothing is asked for what flies by. */
const PAUSE_MS = 70;

export interface Item extends Hit {
  /** How alike, 0 to 100, when others were asked to be like something. */
  percent: number | null;
}

class Results {
  query = $state.raw<LibraryQuery>(NOTHING);
  status = $state<'idle' | 'asking' | 'ready' | 'failed'>('idle');
  message = $state('');
  total = $state(0);
  tookMs = $state(0);
  facets = $state.raw<Record<string, FacetValue[]>>({});
  /** Where the grid was, to come back to. */
  scrollTop = 0;
  active = $state(0);

  private key: string | null = null;
  private pages = new SvelteMap<number, readonly Item[]>();
  private asking = new Map<number, AbortController>();
  private fresh = new Set<number>();
  private wanted = { first: 0, last: -1 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private first: AbortController | null = null;

  at(index: number): Item | null {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null;
  }

  /** Look for this; nothing happens when it is what was looked for last. An overtaken request is
   * called off. */
  async ask(query: LibraryQuery): Promise<void> {
    const key = writeQuery(query);
    if (key === this.key && this.status !== 'failed') return;
    this.key = key;
    this.query = query;
    this.scrollTop = 0;
    this.active = 0;
    await this.begin({ keeping: false });
  }

  /** The same again: something came, went or changed. What is shown stays until the answer. */
  refresh(): Promise<void> {
    return this.key === null ? Promise.resolve() : this.begin({ keeping: true });
  }

  /** These are on the screen. */
  need(first: number, last: number): void {
    this.wanted = { first, last };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.fetchWanted(), this.pages.size < 2 ? 0 : PAUSE_MS);
  }

  /** All items from one to the other, fetched if need be. */
  async range(first: number, last: number): Promise<Item[]> {
    const from = Math.floor(first / PAGE);
    const to = Math.floor(last / PAGE);
    for (let page = from; page <= to; page += 1) {
      if (!this.pages.has(page)) await this.fetchPage(page);
    }
    const found: Item[] = [];
    for (let index = first; index <= last; index += 1) {
      const item = this.at(index);
      if (item) found.push(item);
    }
    return found;
  }

  /** The ids of all items from one to the other: those that are here, or else asked for alone. */
  async ids(first: number, last: number): Promise<string[]> {
    if (last - first < FEW || this.query.like || this.query.face) {
      return (await this.range(first, last)).map((item) => item.asset_id);
    }
    const asked = askedOf(this.query);
    const found: string[] = [];
    while (first + found.length <= last) {
      const page = await searchIds({ ...asked, offset: first + found.length });
      if (page.asset_ids.length === 0) break;
      found.push(...page.asset_ids);
    }
    return found.slice(0, last - first + 1);
  }

  /** An asset changed: a stage is done, its picture is there. */
  update(card: Card): void {
    for (const [page, held] of this.pages) {
      const place = held.findIndex((item) => item.asset_id === card.asset_id);
      const known = held[place];
      if (!known) continue;
      const changed = [...held];
      changed[place] = { ...known, ...card };
      return void this.pages.set(page, changed);
    }
  }

  /** Assets are gone: the grid closes the gaps, then asks anew. */
  drop(ids: ReadonlySet<string>): void {
    const left = [...this.pages.keys()]
      .sort((one, other) => one - other)
      .flatMap((page) => this.pages.get(page) ?? [])
      .filter((item) => !ids.has(item.asset_id));
    this.total = Math.max(0, this.total - ids.size);
    this.pages.clear();
    for (let page = 0; page * PAGE < left.length; page += 1) {
      this.pages.set(page, left.slice(page * PAGE, (page + 1) * PAGE));
    }
    void this.refresh();
  }

  private async begin({ keeping }: { keeping: boolean }): Promise<void> {
    this.first?.abort();
    const own = (this.first = new AbortController());
    this.callOff();
    if (!keeping) this.status = 'asking';
    try {
      const found = await this.findFirst(own.signal);
      if (own.signal.aborted) return;
      this.fresh.clear();
      if (!keeping) this.pages.clear();
      for (let page = 0; page === 0 || page * PAGE < found.hits.length; page += 1) {
        this.take(page, found.hits.slice(page * PAGE, (page + 1) * PAGE));
      }
      this.total = found.total;
      this.tookMs = found.took_ms;
      this.facets = found.facets ?? {};
      this.status = 'ready';
      this.message = '';
      if (keeping) void this.fetchWanted();
    } catch (reason) {
      if (wasAborted(reason) || own.signal.aborted) return;
      if (keeping && this.status === 'ready') return; // What is shown is still true enough.
      this.status = 'failed';
      this.message = messageOf(reason);
    }
  }

  private async findFirst(signal: AbortSignal): Promise<Omit<Found, 'hits'> & { hits: Item[] }> {
    const { like, face } = this.query;
    if (like || face) {
      const alike = face
        ? await similarFaces(face, MOST_ALIKE, signal)
        : await similarAssets(like, MOST_ALIKE, signal);
      const hits = alike.hits.map((hit) => ({ ...hit, reasons: [] }));
      return { total: hits.length, took_ms: 0, hits, facets: {} };
    }
    const asked = { ...askedOf(this.query), limit: PAGE, facets: 1 as const };
    const found = await search(asked, signal);
    return { ...found, hits: items(found.hits) };
  }

  private async fetchWanted(): Promise<void> {
    const from = Math.floor(this.wanted.first / PAGE);
    const to = Math.floor(this.wanted.last / PAGE);
    for (const [page, request] of this.asking) if (page < from || page > to) request.abort();
    for (let page = from; page <= to; page += 1) {
      if (!this.fresh.has(page) && !this.asking.has(page)) void this.fetchPage(page);
    }
  }

  private async fetchPage(page: number): Promise<void> {
    if (page < 0 || page * PAGE >= this.total || this.query.like || this.query.face) return;
    const request = new AbortController();
    this.asking.set(page, request);
    try {
      const asked = { ...askedOf(this.query), limit: PAGE, offset: page * PAGE };
      const found = await search(asked, request.signal);
      if (request.signal.aborted) return;
      this.take(page, items(found.hits));
    } catch (reason) {
      // Asked for again when it is next on the screen; the first page tells what is wrong.
      if (!wasAborted(reason)) this.message = messageOf(reason);
    } finally {
      if (this.asking.get(page) === request) this.asking.delete(page);
    }
  }

  private take(page: number, found: readonly Item[]): void {
    this.pages.set(page, found);
    this.fresh.add(page);
    if (this.pages.size <= KEPT_PAGES) return;
    const here = Math.floor(this.wanted.first / PAGE);
    const far = [...this.pages.keys()].sort(
      (one, other) => Math.abs(other - here) - Math.abs(one - here),
    )[0];
    if (far === undefined) return;
    this.pages.delete(far);
    this.fresh.delete(far);
  }

  private callOff(): void {
    clearTimeout(this.timer);
    for (const request of this.asking.values()) request.abort();
    this.asking.clear();
  }

  /** Somebody else signs in: nothing of this may be seen. */
  forget(): void {
    this.first?.abort();
    this.callOff();
    this.key = null;
    this.pages.clear();
    this.fresh.clear();
    this.total = 0;
    this.facets = {};
    this.status = 'idle';
  }
}

const items = (hits: readonly Hit[]): Item[] => hits.map((hit) => ({ ...hit, percent: null }));

export const results = new Results();
