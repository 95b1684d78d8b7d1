/** How far the library is, kept true by the server's events while somebody looks. */
import { listen } from '../../api/events';
import { libraryState, type Card, type LibraryState } from '../../api/library';
import { recognition } from './recognition.svelte';
import { results } from './results.svelte';

/** While pictures stream in, the grid asks anew so often at most. */
const REFRESH_MS = 3000;

const SILENCE_MS = 2000;

class Live {
  state = $state.raw<LibraryState | null>(null);
  /** Fewer to wait for than this has never been: where the bar of this run begins. */
  mostWaiting = $state(0);
  private due: ReturnType<typeof setTimeout> | undefined;

  async load(): Promise<void> {
    try {
      this.take(await libraryState());
    } catch {
      // The events tell it, or the search says what is wrong.
    }
  }

  /** Give it to $effect. */
  follow(): () => void {
    const stops = [
      listen('indexing', (said) => this.take(said as LibraryState)),
      listen('asset', (said) => this.changed(said as Card)),
    ];
    // The stream says it all when it begins; a server with too many listeners gives none.
    const asking = setTimeout(() => this.state === null && void this.load(), SILENCE_MS);
    return () => {
      clearTimeout(asking);
      for (const stop of stops) stop();
      clearTimeout(this.due);
      this.due = undefined;
    };
  }

  forget(): void {
    this.state = null;
    this.mostWaiting = 0;
  }

  /** Ask the search anew, soon. */
  soon(): void {
    this.due ??= setTimeout(() => {
      this.due = undefined;
      void results.refresh();
    }, REFRESH_MS);
  }

  private take(said: LibraryState): void {
    const before = this.state;
    this.state = said;
    const running = said.waiting > 0;
    this.mostWaiting = running ? Math.max(this.mostWaiting, said.waiting) : 0;
    if (before && (before.total !== said.total || before.ready !== said.ready)) this.soon();
  }

  private changed(card: Card): void {
    results.update(card);
    this.soon();
  }
}

export const live = new Live();

let owner = '';

/** These pages keep what was found while others are looked at; nothing of it may be seen by whoever
 * signs in next. */
export function belongTo(accountId: string): void {
  if (owner && owner !== accountId) {
    results.forget();
    live.forget();
    recognition.forget();
  }
  owner = accountId;
}
