/** The asset that is looked at: loaded, kept true by events, with its neighbours in the results. */
import { messageOf, wasAborted } from '../../api/client';
import { listen } from '../../api/events';
import { assetDetail, type AssetDetail, type Card } from '../../api/library';
import { results, type Item } from '../library/results.svelte';
import type { LibraryQuery } from '../library/query';

/** Stages of one asset end in a row; one look is enough for some of them. */
const AGAIN_MS = 600;

export class Looked {
  detail = $state.raw<AssetDetail | null>(null);
  message = $state('');
  before = $state.raw<Item | null>(null);
  after = $state.raw<Item | null>(null);
  place = $state<number | null>(null);
  private request: AbortController | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private id = '';

  async load(id: string): Promise<void> {
    this.id = id;
    this.request?.abort();
    const own = (this.request = new AbortController());
    try {
      const detail = await assetDetail(id, own.signal);
      if (own.signal.aborted) return;
      this.detail = detail;
      this.message = '';
    } catch (reason) {
      if (wasAborted(reason) || own.signal.aborted) return;
      this.detail = null;
      this.message = messageOf(reason);
    }
  }

  reload(): Promise<void> {
    return this.load(this.id);
  }

  /** Who stands beside it in what was found. `place` is where the grid saw it. */
  async neighbours(id: string, query: LibraryQuery, place: number | null): Promise<void> {
    this.place = place;
    if (place === null) {
      this.before = this.after = null;
      return;
    }
    await results.ask(query);
    await results.range(Math.max(0, place - 1), Math.min(results.total - 1, place + 1));
    if (this.place !== place || this.id !== id) return;
    this.before = results.at(place - 1);
    this.after = results.at(place + 1);
    results.active = place;
  }

  follow(): () => void {
    const stop = listen('asset', (said) => {
      if ((said as Card).asset_id !== this.id) return;
      clearTimeout(this.again);
      this.again = setTimeout(() => void this.reload(), AGAIN_MS);
    });
    return () => {
      stop();
      clearTimeout(this.again);
      this.request?.abort();
    };
  }
}
