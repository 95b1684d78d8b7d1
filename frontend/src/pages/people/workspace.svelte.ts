/** What all pages about people share: the counts, what was done, and the way back. Whoever changes
 * something about people does it here, so that order, undo and counts are the same everywhere. */
import { ApiFailure, messageOf } from '../../api/client';
import {
  changePerson,
  decide,
  decideGroup,
  drawFace,
  findPeople,
  forgetPerson,
  mergePeople,
  redo,
  removeTag,
  revert,
  standing,
  undo,
  type Decision,
  type Done,
  type Forgotten,
  type GroupDecision,
  type PersonChange,
  type Standing,
} from '../../api/people';
import { questions } from '../../parts/questions.svelte';
import { toasts } from '../../parts/toasts.svelte';
import { InOrder } from './order';
import { MOST_RECENT, fromList, renamed, usedNow, type Named, type Recent } from './recent';

export type Change =
  | { what: 'decide'; done: Done; face_ids: readonly string[]; decision: Decision }
  | { what: 'group'; done: Done; group: number; decision: GroupDecision }
  | { what: 'change' | 'merge'; done: Done; user_id: string }
  | { what: 'draw' | 'untag' | 'undo' | 'redo' | 'revert'; done: Done }
  | { what: 'forget'; done: null; user_id: string };

export interface Options {
  /** Who is decided about, if it is known: comes under the keys 1-9. */
  person?: Named;
  /** No notice of what was done. Failures are told all the same. */
  quiet?: boolean;
  /** Asked before a failure is told: true when the page tells it itself, as a stale version that can
   * be looked at. */
  refused?: (reason: unknown) => boolean;
}

/** A toast for each answer would pile up: the latest takes the place of the one before. */
const TOAST = { key: 'people' };
/** Who has a key of 1-9 is among so many who were named last. */
const MANY_RECENT = 100;
/** Counts are asked for once after so many answers in a row. */
const SETTLE_MS = 250;

const QUESTIONS: Record<string, { title: string; yes: string }> = {
  twice_in_photo: { title: 'Twice in one photo?', yes: 'It is the same person' },
  rejected_before: { title: 'This was said not to be so', yes: 'Do it anyway' },
};

export class Workspace {
  standing = $state.raw<Standing | null>(null);
  /** Why the counts are not there, or empty. */
  failure = $state('');
  /** People named lately, at most nine: the first is under key 1. */
  recent = $state.raw<readonly Recent[]>([]);
  /** Answers that the server has not taken yet. */
  waiting = $state(0);

  private order = new InOrder((waiting) => (this.waiting = waiting));
  private listeners = new Set<(change: Change) => void>();
  private due: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private owner = '';

  /** Counts and recent people, for who is signed in. */
  async load(account = ''): Promise<void> {
    if (account !== this.owner) {
      this.standing = null;
      this.recent = [];
    }
    this.owner = account;
    await Promise.all([this.refresh(), this.recent.length === 0 && this.loadRecent()]);
  }

  /** The counts anew. */
  async refresh(): Promise<void> {
    const asked = ++this.asked;
    try {
      const said = await standing();
      if (asked !== this.asked) return;
      this.standing = said;
      this.failure = '';
    } catch (reason) {
      if (asked === this.asked) this.failure = messageOf(reason);
    }
  }

  /** After every change, from wherever it came. The answer stops it: give it to $effect. */
  onchange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** null: it failed, or was not wanted after all, and was told. */
  async decide(
    faceIds: readonly string[],
    decision: Decision,
    options: Options = {},
  ): Promise<Done | null> {
    if (faceIds.length === 0) return null;
    const done = await this.act(
      (override) => decide(faceIds, { ...decision, ...override }),
      options,
    );
    if (done) this.told({ what: 'decide', done, face_ids: faceIds, decision });
    if (done) this.keep(done, decision, options);
    return done;
  }

  async decideGroup(
    group: number,
    decision: GroupDecision,
    options: Options = {},
  ): Promise<Done | null> {
    const done = await this.act(
      (override) => decideGroup(group, { ...decision, ...override }),
      options,
    );
    if (done) this.told({ what: 'group', done, group, decision });
    if (done) this.keep(done, decision, options);
    return done;
  }

  async change(userId: string, change: PersonChange, options: Options = {}): Promise<Done | null> {
    const done = await this.act(() => changePerson(userId, change), options);
    if (done && change.name !== undefined) {
      const before = { user_id: userId, name: '' };
      this.recent = renamed(this.recent, before, { user_id: userId, name: change.name });
    }
    if (done) this.told({ what: 'change', done, user_id: userId });
    return done;
  }

  /** The first becomes the second. */
  async merge(
    from: Named & { version: number },
    into: Named & { version: number },
    options: Options = {},
  ): Promise<Done | null> {
    const body = { into: into.user_id, version: from.version, into_version: into.version };
    const done = await this.act(
      (override) => mergePeople(from.user_id, { ...body, ...override }),
      options,
    );
    if (done) this.recent = renamed(this.recent, from, null);
    if (done) this.told({ what: 'merge', done, user_id: into.user_id });
    return done;
  }

  async draw(
    assetId: string,
    body: Parameters<typeof drawFace>[1],
    options: Options = {},
  ): Promise<Awaited<ReturnType<typeof drawFace>> | null> {
    const done = await this.act((override) => drawFace(assetId, { ...body, ...override }), options);
    if (done) this.told({ what: 'draw', done });
    return done;
  }

  async untag(tagId: string, options: Options = {}): Promise<Done | null> {
    const done = await this.act(() => removeTag(tagId), options);
    if (done) this.told({ what: 'untag', done });
    return done;
  }

  /** Cannot be undone; ask before. */
  async forget(userId: string): Promise<Forgotten | null> {
    const forgotten = await this.order.run(() => this.tried(() => forgetPerson(userId)));
    if (!forgotten) return null;
    this.recent = renamed(this.recent, { user_id: userId, name: '' }, null);
    this.told({ what: 'forget', done: null, user_id: userId });
    return forgotten;
  }

  undo(): Promise<Done | null> {
    return this.back('undo', undo);
  }
  redo(): Promise<Done | null> {
    return this.back('redo', redo);
  }
  revert(eventId: number): Promise<Done | null> {
    return this.back('revert', () => revert(eventId));
  }

  private async back(
    what: 'undo' | 'redo' | 'revert',
    call: () => Promise<Done>,
  ): Promise<Done | null> {
    const done = await this.order.run(() => this.tried(call));
    if (!done) return null;
    const nothing = done.event_id === null && done.faces === 0;
    toasts.done(done.says || (nothing ? `Nothing to ${what}.` : 'Done.'), null, TOAST);
    if (nothing) return done;
    this.told({ what, done });
    void this.meetAgain(done.people);
    return done;
  }

  /** What was undone may be that somebody is there at all. They are looked for in a list: asking for
   * somebody who is gone would be an error of the page to a browser. */
  private async meetAgain(userIds: readonly string[]): Promise<void> {
    const keys = this.recent.filter((one) => userIds.includes(one.user_id));
    if (keys.length === 0) return;
    try {
      const { people } = await findPeople({ sort: 'recent', limit: MANY_RECENT });
      for (const one of keys) {
        const still = people.find((person) => person.user_id === one.user_id);
        this.recent = renamed(
          this.recent,
          one,
          still ? { user_id: still.user_id, name: still.name } : null,
        );
      }
    } catch {
      // The key answers with an error then.
    }
  }

  /** One change after the other, in the order of the keys. */
  private async act<D extends Done>(
    call: (override: { override?: true }) => Promise<D>,
    options: Options,
  ): Promise<D | null> {
    const done = await this.order.run(() => this.tried(() => this.askedTwice(call), options));
    if (!done) return null;
    if (!options.quiet) {
      toasts.done(done.says, done.event_id === null ? null : () => void this.undo(), TOAST);
    }
    return done;
  }

  /** What speaks against it can be set aside by who looks at it. */
  private async askedTwice<D>(
    call: (override: { override?: true }) => Promise<D>,
  ): Promise<D | null> {
    try {
      return await call({});
    } catch (reason) {
      const against = reason instanceof ApiFailure && reason.status === 409 && reason.code;
      const question = against ? QUESTIONS[against] : undefined;
      if (!question) throw reason;
      const yes = await questions.ask({ ...question, text: messageOf(reason) });
      return yes ? await call({ override: true }) : null;
    }
  }

  private async tried<D>(call: () => Promise<D>, options: Options = {}): Promise<D | null> {
    try {
      return await call();
    } catch (reason) {
      if (!options.refused?.(reason)) toasts.say(messageOf(reason), 'bad');
      return null;
    }
  }

  private told(change: Change): void {
    for (const listener of [...this.listeners]) listener(change);
    clearTimeout(this.due);
    this.due = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  private keep(done: Done, decision: Decision | GroupDecision, options: Options): void {
    const [first] = done.people;
    if (options.person) this.recent = usedNow(this.recent, options.person);
    else if (decision.do === 'name' && first) {
      this.recent = usedNow(this.recent, { user_id: first, name: decision.name });
    }
  }

  private async loadRecent(): Promise<void> {
    try {
      const { people } = await findPeople({ sort: 'recent', limit: MOST_RECENT });
      if (this.recent.length === 0) this.recent = fromList(people);
    } catch {
      // The keys 1-9 stay empty until somebody is named.
    }
  }
}

export const workspace = new Workspace();
