/** Finding people while somebody types a name: waits a moment, and never lets an old answer
 * overtake a newer one. */
import { wasAborted } from '../api/client';
import type { PersonListed } from '../api/people';

export type FindPeople = (text: string, signal: AbortSignal) => Promise<readonly PersonListed[]>;

/** What can be chosen: somebody who is known, or a new person of the typed name. */
export type Choice = { kind: 'known'; person: PersonListed } | { kind: 'new'; name: string };

/** What a person field says: a user_id when somebody known was chosen. */
export interface Said {
  user_id?: string;
  name: string;
  role: string;
}

/** A name as it is compared: case, spaces at its ends and doubled ones do not matter. */
export const folded = (name: string): string =>
  name.normalize('NFC').trim().replace(/\s+/g, ' ').toLocaleLowerCase();

/** The only one who is called exactly so; null when nobody is, or several are. */
export function namedExactly(people: readonly PersonListed[], text: string): PersonListed | null {
  const wanted = folded(text);
  const named = people.filter((one) => wanted !== '' && folded(one.name) === wanted);
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** People first, best first as they came; last a new person, unless somebody is called so. */
export function choicesFor(text: string, people: readonly PersonListed[]): Choice[] {
  const known: Choice[] = people.map((person) => ({ kind: 'known', person }));
  const wanted = folded(text);
  if (wanted === '' || people.some((one) => folded(one.name) === wanted)) return known;
  return [...known, { kind: 'new', name: text.trim().replace(/\s+/g, ' ') }];
}

/** What a typed name says, with nobody chosen from the list. A role of one's own that differs from
 * that of the one who is called so speaks of somebody else. */
export function saidBy(text: string, role: string, people: readonly PersonListed[]): Said {
  const name = text.trim().replace(/\s+/g, ' ');
  const known = namedExactly(people, text);
  if (known && (role.trim() === '' || folded(role) === folded(known.role ?? ''))) {
    return { user_id: known.user_id, name: known.name, role: known.role ?? '' };
  }
  return { name, role: role.trim() };
}

export class Lookup {
  /** The answer to `text`, the newest that there is. */
  people: readonly PersonListed[] = [];
  text: string | null = null;

  private readonly find: FindPeople;
  private readonly tell: () => void;
  private readonly pauseMs: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private request: AbortController | null = null;
  private waiting: (() => void)[] = [];

  /** tell: something new is known. */
  constructor(find: FindPeople, tell: () => void, { pauseMs = 90 }: { pauseMs?: number } = {}) {
    this.find = find;
    this.tell = tell;
    this.pauseMs = pauseMs;
  }

  /** Somebody typed; ask when they pause. */
  type(text: string): void {
    this.stop();
    this.timer = setTimeout(() => void this.ask(text), this.pauseMs);
  }

  /** Ask now. */
  async ask(text: string): Promise<void> {
    this.stop();
    const own = (this.request = new AbortController());
    try {
      const found = await this.find(text.trim(), own.signal);
      if (own.signal.aborted) return;
      this.people = found;
      this.text = text;
    } catch (reason) {
      if (own.signal.aborted || wasAborted(reason)) return;
      this.people = []; // Names can be typed without help.
      this.text = text;
    }
    this.request = null;
    this.settle();
    this.tell();
  }

  /** When nothing is on its way, or after the given time: an answer that never comes holds up
   * nobody. */
  settled(mostMs = 800): Promise<void> {
    if (this.timer === undefined && this.request === null) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, mostMs);
      this.waiting.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  /** Nothing more is wanted: whoever waits goes on. */
  close(): void {
    this.stop();
    this.settle();
  }

  private stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.request?.abort();
    this.request = null;
  }

  private settle(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}
