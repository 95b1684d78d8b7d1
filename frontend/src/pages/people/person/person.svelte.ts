/** One person as a page shows them: what is known, the faces, those in doubt and those suggested. */
import { ApiFailure, messageOf, wasAborted } from '../../../api/client';
import {
  personDetail,
  personFaces,
  personPhotos,
  possiblyWrong,
  suggestionsFor,
  type FaceSeen,
  type PersonDetail,
  type PersonFace,
  type Suggested,
} from '../../../api/people';
import type { Card } from '../../../api/library';
import { Paged } from '../paged.svelte';

export type FaceSort = 'similarity' | 'date' | 'quality';
export const FACE_SORTS: Record<FaceSort, string> = {
  similarity: 'Most alike first',
  date: 'Latest first',
  quality: 'Best picture first',
};

/** What tells a face from the others; a drawn one has no face id. */
export const keyOf = (face: FaceSeen): string => face.face_id ?? `tag:${face.tag_id ?? ''}`;

const SUGGESTED = 60;
/** Of one answer. */
const MOST_FACES = 5000;
const MOST_PHOTOS = 1000;
const SETTLE_MS = 150;

export class ShownPerson {
  readonly userId: string;
  detail = $state.raw<PersonDetail | null>(null);
  status = $state<'asking' | 'ready' | 'gone' | 'failed'>('asking');
  message = $state('');
  sort = $state<FaceSort>('similarity');
  doubts = $state.raw<readonly PersonFace[]>([]);
  /** The surest first. */
  suggested = $state.raw<readonly Suggested[]>([]);
  /** Somebody looked at these and found them right. */
  private settled = new Set<string>();
  private own = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  readonly faces: Paged<PersonFace>;
  readonly photos: Paged<Card>;

  constructor(userId: string) {
    this.userId = userId;
    this.faces = new Paged(
      async (asked, signal) => {
        const found = await personFaces(userId, { ...asked, sort: this.sort }, signal);
        return { items: found.faces, total: found.total, next: found.next };
      },
      keyOf,
      { largest: MOST_FACES },
    );
    this.photos = new Paged(
      async (asked, signal) => {
        const found = await personPhotos(userId, asked, signal);
        return { items: found.assets, total: found.total, next: found.next };
      },
      (card) => card.asset_id,
      { largest: MOST_PHOTOS },
    );
  }

  async load(): Promise<void> {
    this.status = 'asking';
    await Promise.all([this.faces.ask(), this.look(), this.lookAround()]);
  }

  /** Something changed: everything again, once after several changes. */
  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), SETTLE_MS);
  }
  async refresh(): Promise<void> {
    void this.faces.refresh();
    void this.photos.refresh();
    await Promise.all([this.look(), this.lookAround()]);
  }

  /** What is known of the person as it is now; null when it cannot be told. */
  async look(): Promise<PersonDetail | null> {
    try {
      const detail = await personDetail(this.userId, this.own.signal);
      this.detail = detail;
      this.status = 'ready';
      return detail;
    } catch (reason) {
      if (wasAborted(reason)) return null;
      const gone = reason instanceof ApiFailure && reason.status === 404;
      if (gone) this.status = 'gone';
      else if (!this.detail) this.status = 'failed';
      this.message = messageOf(reason);
      return null;
    }
  }

  sortBy(sort: FaceSort): void {
    if (sort === this.sort) return;
    this.sort = sort;
    void this.faces.ask();
  }

  /** These leave the page before the server says so. */
  drop(keys: ReadonlySet<string>): void {
    this.faces.drop(keys);
    this.doubts = this.doubts.filter((face) => !keys.has(keyOf(face)));
    this.suggested = this.suggested.filter((face) => !keys.has(keyOf(face)));
  }
  /** It was doubted, and is right. */
  settle(face: FaceSeen): void {
    this.settled.add(keyOf(face));
    this.doubts = this.doubts.filter((one) => keyOf(one) !== keyOf(face));
  }

  stop(): void {
    clearTimeout(this.timer);
    this.own.abort();
    this.faces.stop();
    this.photos.stop();
  }

  /** The page is whole without these. */
  private async lookAround(): Promise<void> {
    const signal = this.own.signal;
    const [doubts, bands] = await Promise.allSettled([
      possiblyWrong(this.userId, signal),
      suggestionsFor(this.userId, { limit: SUGGESTED }, signal),
    ]);
    if (signal.aborted) return;
    if (doubts.status === 'fulfilled') {
      this.doubts = doubts.value.faces.filter((face) => !this.settled.has(keyOf(face)));
    }
    if (bands.status === 'fulfilled') {
      const { likely, maybe } = bands.value;
      this.suggested = [...likely, ...maybe].sort((one, other) => other.percent - one.percent);
    }
  }
}
