/** Faces in a grid: which are chosen, and what is decided about them. */
import { untrack } from 'svelte';

import type { Decision, Done, FaceSeen, FacesPage } from '../../../api/people';
import { countText } from '../../../formatting/numbers';
import { toasts } from '../../../parts/toasts.svelte';
import { between, flipped, withRange, without, type Chosen } from '../../../parts/selection';
import { Paged, type PageAsked } from '../paged.svelte';
import { workspace, type Change } from '../workspace.svelte';
import { Shelf } from './shelf.svelte';
import { doing, idOf } from './stacks';

/** Most that can be chosen at once: the server takes no more in one decision. */
export const MOST_CHOSEN = 20_000;

/** Of one answer. */
const MOST_LISTED = 5000;

export type FetchFaces = (asked: PageAsked, signal: AbortSignal) => Promise<FacesPage>;

export class FaceList {
  readonly shelf: Shelf<FaceSeen>;
  chosen = $state.raw<Chosen>(new Set());
  active = $state(0);
  /** What is being done, for a notice; empty when nothing is. */
  running = $state('');

  private anchor = 0;
  private beforeRange: Chosen = new Set();

  constructor(fetch: FetchFaces) {
    const list = new Paged<FaceSeen>(
      async (asked, signal) => {
        const page = await fetch(asked, signal);
        return { items: page.faces, total: page.total, next: page.next };
      },
      idOf,
      { largest: MOST_LISTED },
    );
    this.shelf = new Shelf(list, idOf);
  }

  /** Fetch, and follow what is done elsewhere. The answer stops it: give it to $effect. */
  follow(): () => void {
    untrack(() => void this.shelf.list.ask());
    const stop = workspace.onchange((change) => this.heard(change));
    return () => {
      stop();
      this.shelf.stop();
    };
  }

  /** What keys act on: those that are chosen, or the active one. */
  targets(): string[] {
    if (this.chosen.size > 0) return [...this.chosen];
    const face = this.shelf.at(this.active);
    return face?.face_id ? [face.face_id] : [];
  }

  isChosen(index: number): boolean {
    const face = this.shelf.at(index);
    return face !== null && this.chosen.has(idOf(face));
  }

  flip(index: number): void {
    const face = this.shelf.at(index);
    if (!face?.face_id) return;
    this.chosen = flipped(this.chosen, face.face_id);
    this.anchor = index;
    this.beforeRange = this.chosen;
  }

  /** From where the choice began to here. */
  async extend(to: number, from = this.anchor): Promise<void> {
    if (this.chosen.size === 0) this.anchor = from;
    const { first, last } = between(this.anchor, to);
    if (last - first >= MOST_CHOSEN) {
      toasts.say(`At most ${countText(MOST_CHOSEN)} can be chosen at once.`);
    }
    const before = this.beforeRange;
    const faces = await this.shelf.range(first, Math.min(last, first + MOST_CHOSEN - 1));
    const ids = faces.flatMap((face) => face.face_id ?? []);
    this.chosen = withRange(before, ids);
  }

  async all(): Promise<void> {
    this.anchor = 0;
    this.beforeRange = new Set();
    await this.extend(this.shelf.total - 1, 0);
  }

  clear(): void {
    this.chosen = new Set();
    this.beforeRange = this.chosen;
  }

  /** They leave at once, and come back when it was refused (which was told). */
  async decide(
    ids: readonly string[],
    decision: Decision,
    person?: { user_id: string; name: string },
  ): Promise<Done | null> {
    const chosen = this.chosen;
    this.running = doing(decision, ids.length);
    this.chosen = without(this.chosen, ids);
    this.beforeRange = this.chosen;
    try {
      const done = await this.shelf.without(ids, () =>
        workspace.decide(ids, decision, person ? { person } : {}),
      );
      if (!done) this.chosen = chosen;
      return done;
    } finally {
      this.running = '';
    }
  }

  private heard(change: Change): void {
    if (change.what === 'undo') void this.shelf.undone(change.done.event_id);
    else if (change.what === 'redo') void this.shelf.redone(change.done.event_id);
    else if (['revert', 'forget', 'merge'].includes(change.what)) void this.shelf.back();
  }
}
