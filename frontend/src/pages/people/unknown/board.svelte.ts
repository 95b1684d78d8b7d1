/** The stacks on the page: what is chosen, typed, guessed and decided about them. */
import { SvelteMap } from 'svelte/reactivity';

import { messageOf } from '../../../api/client';
import {
  findGroups,
  groupFaces,
  type Candidate,
  type Done,
  type Group,
  type GroupDecision,
} from '../../../api/people';
import type { Said } from '../../../parts/lookup';
import { toasts } from '../../../parts/toasts.svelte';
import { between, flipped, withRange, without, type Chosen } from '../../../parts/selection';
import { Paged, type PageFound } from '../paged.svelte';
import { workspace, type Change } from '../workspace.svelte';
import { Shelf } from './shelf.svelte';
import { decisionOf, doing, facesIn, type Least } from './stacks';

const PIECE = 500;

export interface Draft {
  name: string;
  role: string;
}
const NO_DRAFT: Draft = { name: '', role: '' };

export class Board {
  readonly shelf: Shelf<Group>;
  least = $state<Least>(2);
  single = $state(0);
  active = $state(0);
  chosen = $state.raw<Chosen>(new Set());
  /** What takes long, for a notice. */
  running = $state.raw<readonly { id: number; text: string }[]>([]);
  /** A name that was typed stays with its stack while others are looked at. */
  private drafts = new SvelteMap<number, Draft>();
  private anchor = 0;
  private beforeRange: Chosen = new Set();
  private next = 1;
  /** Stacks that were decided about, the last at the end: what is undone is gone to. */
  private past: number[] = [];

  constructor() {
    this.shelf = new Shelf(
      new Paged<Group>((asked, signal) => this.fetch(asked, signal), Board.idOf),
      Board.idOf,
    );
  }

  static idOf(group: Group): string {
    return String(group.group);
  }

  private async fetch(
    asked: { limit: number; after: string | null },
    signal: AbortSignal,
  ): Promise<PageFound<Group>> {
    const page = await findGroups({ ...asked, min_faces: this.least }, signal);
    this.single = page.single;
    return { items: page.groups, total: page.total, next: page.next };
  }

  async ask(least: Least): Promise<void> {
    this.least = least;
    this.active = 0;
    this.clear();
    await this.shelf.list.ask();
  }

  /** Follow what is done here and elsewhere. The answer stops it: give it to $effect. */
  follow(): () => void {
    const stop = workspace.onchange((change) => void this.heard(change));
    return () => {
      stop();
      this.shelf.stop();
    };
  }

  at(index: number): Group | null {
    return this.shelf.at(index);
  }

  draftOf(group: number): Draft {
    return this.drafts.get(group) ?? NO_DRAFT;
  }
  write(group: number, change: Partial<Draft>): void {
    this.drafts.set(group, { ...this.draftOf(group), ...change });
  }

  isChosen(index: number): boolean {
    const group = this.at(index);
    return group !== null && this.chosen.has(Board.idOf(group));
  }
  flip(index: number): void {
    const group = this.at(index);
    if (!group) return;
    this.chosen = flipped(this.chosen, Board.idOf(group));
    this.anchor = index;
    this.beforeRange = this.chosen;
  }
  async extend(to: number, from = this.anchor): Promise<void> {
    if (this.chosen.size === 0) this.anchor = from;
    const { first, last } = between(this.anchor, to);
    const before = this.beforeRange;
    this.chosen = withRange(before, (await this.shelf.range(first, last)).map(Board.idOf));
  }
  choose(groups: readonly string[]): void {
    this.chosen = new Set(groups);
    this.beforeRange = this.chosen;
  }
  clear(): void {
    this.chosen = new Set();
    this.beforeRange = this.chosen;
  }
  chosenGroups(): Group[] {
    return this.shelf.items.filter((group) => this.chosen.has(Board.idOf(group)));
  }
  /** What keys act on: those that are chosen, or the active one. */
  targets(): Group[] {
    if (this.chosen.size > 0) return this.chosenGroups();
    const group = this.at(this.active);
    return group ? [group] : [];
  }

  name(groups: readonly Group[], said: Said): Promise<Done | null> {
    const { user_id, name } = said;
    return this.decide(groups, decisionOf(said), user_id === undefined ? null : { user_id, name });
  }

  accept(group: Group, guess: Candidate): Promise<Done | null> {
    return this.decide([group], { do: 'confirm', user_id: guess.user_id }, guess);
  }

  /** None of its faces is who was guessed; the stack stays. */
  async reject(group: Group, guess: Candidate): Promise<Done | null> {
    const ids = await this.told(() => this.faceIds([group]));
    if (!ids) return null;
    const done = await workspace.decide(ids, { do: 'reject', user_id: guess.user_id });
    if (!done) return null;
    const guesses = group.guesses.filter((one) => one.user_id !== guess.user_id);
    this.shelf.list.put({ ...group, guesses });
    return done;
  }

  /** The stacks leave at once, and come back when it was refused (which was told). Several are one
   * decision, so that one step back undoes it. */
  async decide(
    groups: readonly Group[],
    decision: GroupDecision,
    person: { user_id: string; name: string } | null = null,
  ): Promise<Done | null> {
    const [first] = groups;
    if (!first) return null;
    const ids = groups.map(Board.idOf);
    const options = person ? { person: { user_id: person.user_id, name: person.name } } : {};
    this.chosen = without(this.chosen, ids);
    this.beforeRange = this.chosen;
    const note = this.begin(doing(decision, facesIn(groups)));
    const done = await this.shelf.without(ids, async () => {
      if (groups.length === 1) return workspace.decideGroup(first.group, decision, options);
      const faces = await this.told(() => this.faceIds(groups));
      return faces && workspace.decide(faces, decision, options);
    });
    this.running = this.running.filter((one) => one.id !== note);
    if (!done) return null;
    for (const { group } of groups) this.drafts.delete(group);
    this.past.push(first.group);
    return done;
  }

  private begin(text: string): number {
    const id = this.next++;
    this.running = [...this.running, { id, text }];
    return id;
  }

  private async faceIds(groups: readonly Group[]): Promise<string[]> {
    const ids: string[] = [];
    for (const { group } of groups) {
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof groupFaces>> = await groupFaces(group, {
          limit: PIECE,
          after,
        });
        ids.push(...page.faces.flatMap((face) => face.face_id ?? []));
        after = page.next;
      } while (after !== null);
    }
    return ids;
  }

  private async told<R>(ask: () => Promise<R>): Promise<R | null> {
    try {
      return await ask();
    } catch (reason) {
      toasts.say(messageOf(reason), 'bad');
      return null;
    }
  }

  /** Names change what is guessed of others; what is undone comes back to where it was. */
  private async heard(change: Change): Promise<void> {
    if (change.what === 'undo') {
      await this.shelf.undone(change.done.event_id);
      this.land();
      this.shelf.refreshSoon();
    } else if (change.what === 'redo') {
      await this.shelf.redone(change.done.event_id);
      this.shelf.refreshSoon();
    } else if (change.what === 'revert') {
      await this.shelf.back();
    } else this.shelf.refreshSoon();
  }

  /** On the stack that is there again; of several, the one that was undone last. */
  private land(): void {
    const isHere = (group: number): boolean => this.shelf.indexOf(String(group)) >= 0;
    const undone = this.past.find(isHere);
    if (undone === undefined) return;
    this.active = this.shelf.indexOf(String(undone));
    this.past = this.past.filter((group) => !isHere(group));
  }
}
