/** The review while somebody looks at it: its rows, where the keys are, what is chosen, and answers
 * that show at once and come back when they are refused. */
import { messageOf } from '../../../api/client';
import {
  personDetail,
  personFaces,
  review,
  suggestionsFor,
  type BandName,
  type Decision,
  type Suggested,
} from '../../../api/people';
import type { Named } from '../recent';
import { workspace, type Change } from '../workspace.svelte';
import { decisionOf, scopeOf, type Answer } from './answers';
import { afterAnswer, rangeOf } from './moving';
import {
  countOf,
  faceAt,
  foldedBand,
  ownOnly,
  putBack,
  renewed,
  rowOf,
  seenFurther,
  spotsOf,
  taken,
  unfolded,
  type Removed,
  type Row,
  type Spot,
} from './rows';

/** People at a time; more come when the last are in view. */
const ROWS = 12;
/** Faces of one person at a time. */
const FACES = 96;
/** Fewer left to see, and more are fetched. */
const FEW = 16;
/** So many faces confirmed at once change what the person looks like, and so who else it may be. */
const MANY = 5;
/** So long a row says that it is finished. */
const FAREWELL_MS = 1800;

interface Answered {
  faceIds: readonly string[];
  decision: Decision;
  removed: readonly Removed[];
  spot: Spot | null;
}

export class ReviewState {
  rows = $state.raw<readonly Row[]>([]);
  status = $state<'asking' | 'ready' | 'failed'>('asking');
  message = $state('');
  more = $state(false);
  /** More rows could not be fetched. */
  stuck = $state(false);
  spot = $state.raw<Spot | null>(null);
  /** Faces of the row of `spot`; empty: the one face that the keys are on. */
  chosen = $state.raw<ReadonlySet<string>>(new Set());
  /** People that are finished in this visit, and how many faces were answered. */
  finished = $state(0);
  answered = $state(0);

  private first: string | null = null;
  private anchor: string | null = null;
  /** Faces whose answer is on its way. */
  private waiting = new Set<string>();
  private left = new Map<string, Row>();
  private done: Answered[] = [];
  private undone: Answered[] = [];
  private fetching = false;
  /** Rows to fetch anew when all answers are there. */
  private due = new Set<string>();
  private renewing = new Set<string>();
  private timers = new Set<ReturnType<typeof setTimeout>>();
  private closed = false;

  readonly row = $derived(this.rows.find((one) => one.user_id === this.spot?.user_id) ?? null);
  readonly face = $derived(faceAt(this.rows, this.spot));
  /** What an answer is about. */
  readonly targets = $derived<readonly string[]>(
    this.chosen.size > 0 ? [...this.chosen] : this.spot?.face_id ? [this.spot.face_id] : [],
  );

  /** first: whose row is wanted before all others. */
  async load(first: string | null = this.first): Promise<void> {
    this.first = first;
    if (this.rows.length === 0) this.status = 'asking';
    this.left.clear();
    this.done = [];
    this.undone = [];
    this.due.clear();
    this.stuck = false;
    try {
      const [said, wanted] = await Promise.all([
        review({ limit: ROWS, faces: FACES, ...(first ? { without: [first] } : {}) }),
        first ? this.only(first) : null,
      ]);
      const rows = said.rows.map((row) => rowOf(row, FACES));
      this.rows = wanted && countOf(wanted) > 0 ? [wanted, ...rows] : rows;
      this.more = said.more;
      this.status = 'ready';
      this.mend();
    } catch (reason) {
      this.message = messageOf(reason);
      this.status = 'failed';
    }
  }

  /** The row of one person; null when it cannot be had. */
  private async only(userId: string): Promise<Row | null> {
    try {
      const [person, bands, { faces }] = await Promise.all([
        personDetail(userId),
        suggestionsFor(userId, { limit: FACES }),
        personFaces(userId, { sort: 'quality', limit: 4 }),
      ]);
      return rowOf({ person, reference: faces, ...ownOnly(bands) }, FACES);
    } catch {
      return null; // Gone meanwhile: the others are there.
    }
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** The rows that are in view end here. */
  async need(last: number): Promise<void> {
    if (this.fetching || !this.more || this.closed || last < this.rows.length - 3) return;
    this.fetching = true;
    try {
      const without = [...this.rows.map((row) => row.user_id), ...this.left.keys()];
      const said = await review({ limit: ROWS, faces: FACES, without });
      const known = new Set(this.rows.map((row) => row.user_id));
      const fresh = said.rows.filter((row) => !known.has(row.person.user_id));
      this.rows = [...this.rows, ...fresh.map((row) => rowOf(row, FACES))];
      this.more = said.more && fresh.length > 0;
      this.mend();
    } catch {
      this.more = false; // What is there can be answered; the end offers to look again.
      this.stuck = true;
    } finally {
      this.fetching = false;
    }
  }

  /* Where the keys are */

  go(spot: Spot | null, { extend = false }: { extend?: boolean } = {}): void {
    const row = this.row;
    if (extend && spot?.face_id && row && spot.user_id === row.user_id) {
      this.anchor ??= this.spot?.face_id ?? spot.face_id;
      this.chosen = new Set(rangeOf(row, this.anchor, spot.face_id));
    } else if (!extend) {
      this.clear();
    } else return;
    this.spot = spot;
  }
  toggle(spot: Spot): void {
    if (!spot.face_id) return;
    const same = spot.user_id === this.spot?.user_id;
    const before = same && this.chosen.size === 0 && this.spot?.face_id;
    const next = new Set(same ? this.chosen : []);
    if (before && before !== spot.face_id) next.add(before);
    if (!next.delete(spot.face_id)) next.add(spot.face_id);
    this.chosen = next;
    this.anchor = spot.face_id;
    this.spot = spot;
  }
  clear(): void {
    this.anchor = null;
    if (this.chosen.size > 0) this.chosen = new Set();
  }
  /** Shows the next band of a row. */
  unfold(userId: string): void {
    const row = this.rows.find((one) => one.user_id === userId);
    const band = row && foldedBand(row);
    if (!row || !band) return;
    this.replace(unfolded(row));
    this.go({ user_id: userId, face_id: row[band][0]?.face_id ?? null });
  }

  /* Answers */

  answer(answer: Answer): void {
    const row = this.row;
    if (row) void this.decide(row, this.targets, decisionOf(answer, row.user_id));
  }
  /** All faces of the band that the keys are on, of this person. */
  acceptBand(userId = this.spot?.user_id, band: BandName | undefined = this.face?.band): void {
    const row = this.rows.find((one) => one.user_id === userId);
    if (!row || !band) return;
    const faceIds = row[band].flatMap((face: Suggested) => face.face_id ?? []);
    void this.decide(row, faceIds, { do: 'confirm', user_id: row.user_id });
  }
  /** The face that the keys are on and all of its band that are more certain: the least certain come
   * first, so what is wrong is before it. */
  acceptFromHere(): void {
    const { row, face } = this;
    if (!row || !face) return;
    const ids = row[face.band].flatMap((one) => one.face_id ?? []);
    const from = ids.indexOf(face.face_id ?? '');
    void this.decide(row, ids.slice(from), { do: 'confirm', user_id: row.user_id });
  }
  /** What is left of the band that the keys are on is not this person. */
  rejectBand(): void {
    const { row, face } = this;
    if (!row || !face) return;
    const ids = row[face.band].flatMap((one) => one.face_id ?? []);
    void this.decide(row, ids, { do: 'reject', user_id: row.user_id });
  }
  assign(person: Named): void {
    const decision: Decision = { do: 'confirm', user_id: person.user_id };
    if (this.row) void this.decide(this.row, this.targets, decision, person);
  }
  name(name: string, role: string): void {
    const decision: Decision = { do: 'name', name, ...(role ? { role } : {}) };
    if (this.row) void this.decide(this.row, this.targets, decision);
  }

  private async decide(
    row: Row,
    faceIds: readonly string[],
    decision: Decision,
    person?: Named,
  ): Promise<void> {
    if (faceIds.length === 0) return;
    const from = this.spot;
    const answered = new Set(faceIds);
    const own = decision.do === 'confirm' && decision.user_id === row.user_id;
    this.replace(seenFurther(row, answered, own ? faceIds.length : 0));
    const next = afterAnswer(this.rows, row.user_id, answered);
    const { rows, removed } = taken(this.rows, answered, scopeOf(decision));
    this.rows = rows;
    this.go(next);
    for (const id of faceIds) this.waiting.add(id);
    const done = await workspace.decide(faceIds, decision, person ? { person } : {});
    for (const id of faceIds) this.waiting.delete(id);
    if (this.closed) return;
    if (!done) return this.refused(removed, from, next);
    if (done.event_id !== null) {
      this.done.push({ faceIds, decision, removed, spot: from });
      this.undone = [];
      this.answered += done.faces;
      this.count(row.user_id, decision, done.faces);
    }
    const moves = decision.do === 'confirm' && done.faces >= MANY;
    if (moves || done.skipped > 0 || done.event_id === null) this.owe(removed);
    this.mend();
  }

  /** It is as it was, and so are the keys, unless they have gone on meanwhile. */
  private refused(removed: readonly Removed[], from: Spot | null, next: Spot | null): void {
    this.rows = putBack(this.rows, removed, this.left);
    const moved = this.spot?.face_id !== next?.face_id || this.spot?.user_id !== next?.user_id;
    if (!moved) this.go(from);
    this.mend();
  }

  private count(userId: string, decision: Decision, faces: number): void {
    const row = this.rows.find((one) => one.user_id === userId);
    if (!row) return;
    const own = decision.do === 'confirm' && decision.user_id === userId;
    const confirmed = row.confirmed + (own ? faces : 0);
    const rejected = row.rejected + (decision.do === 'reject' ? faces : 0);
    const person = own ? { ...row.person, faces: row.person.faces + faces } : row.person;
    this.replace({ ...row, person, confirmed, rejected });
  }

  /** After every change of the workspace: what was undone comes back, what was redone goes. */
  heard(change: Change): void {
    if (change.what === 'undo') return this.back(this.done.pop());
    if (change.what === 'redo') return this.forth(this.undone.pop());
    if (change.what !== 'decide') void this.load();
  }
  private back(last: Answered | undefined): void {
    if (!last) return void this.load();
    this.undone.push(last);
    this.answered -= last.faceIds.length;
    const touched = new Set(last.removed.map((one) => one.user_id));
    const open = new Set(this.rows.filter((row) => !row.finished).map((row) => row.user_id));
    for (const userId of touched) {
      if (
        !open.has(userId) &&
        (this.left.has(userId) || this.rows.some((row) => row.user_id === userId))
      )
        this.finished -= 1;
    }
    this.rows = putBack(this.rows, last.removed, this.left);
    for (const userId of touched) this.left.delete(userId);
    if (last.spot) this.count(last.spot.user_id, last.decision, -last.faceIds.length);
    this.go(last.spot);
    this.owe(last.removed);
    this.mend();
  }
  private owe(removed: readonly Removed[]): void {
    for (const { user_id } of removed) this.due.add(user_id);
  }
  private forth(next: Answered | undefined): void {
    if (!next) return void this.load();
    this.done.push(next);
    this.answered += next.faceIds.length;
    const answered = new Set(next.faceIds);
    const [first] = next.removed;
    const spot = first && afterAnswer(this.rows, first.user_id, answered);
    this.rows = taken(this.rows, answered, scopeOf(next.decision)).rows;
    if (first) this.count(first.user_id, next.decision, next.faceIds.length);
    this.go(spot ?? this.spot);
    this.mend();
  }

  /* Rows that run out */

  /** Rows with little left look for more; the keys never stand on nothing. */
  private mend(): void {
    for (const row of this.rows) {
      const left = countOf(row);
      const short = left === 0 || (row.full && left < FEW);
      if (short && !row.finished) this.due.add(row.user_id);
    }
    for (const userId of this.due) void this.renew(userId);
    this.stand();
    if (this.rows.length < 4) void this.need(this.rows.length);
  }
  private stand(): void {
    const row = this.row;
    const still = row && spotsOf(row).some((spot) => spot.face_id === this.spot?.face_id);
    if (still) return;
    const here = row ?? this.rows.find((one) => !one.finished && spotsOf(one).length > 0);
    const next = here && (spotsOf(here)[0] ?? afterAnswer(this.rows, here.user_id, new Set()));
    this.go(next ?? null);
  }

  /** What the server suggests for this person now, once it has heard all answers. */
  private async renew(userId: string): Promise<void> {
    if (this.renewing.has(userId) || this.waiting.size > 0) return;
    this.renewing.add(userId);
    this.due.delete(userId);
    try {
      const said = await suggestionsFor(userId, { limit: FACES });
      const row = this.rows.find((one) => one.user_id === userId);
      if (!row || this.closed) return;
      const next = renewed(row, said, this.waiting, FACES);
      if (countOf(next) > 0 || this.waiting.size > 0) this.replace(next);
      else this.finish(next);
      this.stand();
    } catch {
      // What is there can be answered; it is asked again when the row is empty.
    } finally {
      this.renewing.delete(userId);
    }
  }
  private finish(row: Row): void {
    this.replace({ ...row, finished: true });
    this.finished += 1;
    const timer = setTimeout(() => this.leave(row.user_id), FAREWELL_MS);
    this.timers.add(timer);
  }
  private leave(userId: string): void {
    const row = this.rows.find((one) => one.user_id === userId);
    if (!row?.finished) return;
    this.left.set(userId, row);
    this.onleave(userId);
    this.rows = this.rows.filter((one) => one !== row);
    this.mend();
  }
  /** Before a row goes: whoever scrolls keeps the rest in its place. */
  onleave: (userId: string) => void = () => {};

  private replace(row: Row): void {
    this.rows = this.rows.map((one) => (one.user_id === row.user_id ? row : one));
  }
}
