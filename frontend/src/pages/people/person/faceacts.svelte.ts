/** What keys and buttons do with the faces of one person: which faces they are about, what is done,
 * and what leaves the page by it. */
import type { FaceSeen } from '../../../api/people';
import type { Choosing } from '../../../parts/choosing.svelte';
import type { Said } from '../../../parts/lookup';
import { toasts } from '../../../parts/toasts.svelte';
import { calledOf } from '../list/merging';
import { workspace } from '../workspace.svelte';
import { decisionOf, drawnText, isFor, isSingle, parted, type Act, type Place } from './acts';
import { isDoubtful } from './doubts';
import { leaving } from './leaving.svelte';
import { keyOf, type ShownPerson } from './person.svelte';

export class FaceActs {
  /** Where the keys act, and at which face of each place. */
  place = $state<Place>('faces');
  at = $state({ faces: 0, doubts: 0, suggested: 0 });
  allDoubts = $state(false);
  /** Somebody is asked who they are. */
  moving = $state(false);
  framed = $state.raw<FaceSeen | null>(null);
  explained = $state.raw<FaceSeen | null>(null);

  private waitingToMove: readonly FaceSeen[] = [];
  private readonly person: ShownPerson;
  private readonly choosing: Choosing;
  private readonly hasFocus: (place: Place) => boolean;

  constructor(
    person: ShownPerson,
    { choosing, hasFocus }: { choosing: Choosing; hasFocus: (place: Place) => boolean },
  ) {
    this.person = person;
    this.choosing = choosing;
    this.hasFocus = hasFocus;
  }

  get doubts() {
    const all = this.person.doubts;
    return this.allDoubts ? all : all.filter(isDoubtful);
  }
  get name(): string {
    return this.person.detail ? calledOf(this.person.detail) : '';
  }

  /** The faces a key is about: those that are chosen, or the one that the focus is at. */
  targets(act: Act): readonly FaceSeen[] {
    const { person, place, at } = this;
    if (!person.detail || leaving.has(person.userId) || !isFor(act, place)) return [];
    if (place === 'faces' && this.choosing.size > 0) {
      const chosen = person.faces.items.filter((face) => this.choosing.has(keyOf(face)));
      return isSingle(act) && chosen.length > 1 ? [] : chosen;
    }
    if (!this.hasFocus(place)) return [];
    const face = {
      faces: person.faces.at(at.faces),
      doubts: this.doubts[at.doubts],
      suggested: person.suggested[at.suggested],
    }[place];
    return face ? [face] : [];
  }

  async run(act: Act): Promise<void> {
    const faces = this.targets(act);
    const [first] = faces;
    if (!first) return;
    if (act === 'frame') this.framed = first;
    else if (act === 'explain') this.explained = first;
    else if (act === 'portrait') await this.setPortrait(first);
    else if (act === 'move') {
      this.waitingToMove = faces;
      this.moving = true;
    } else if (act === 'confirm' && this.place === 'doubts') this.person.settle(first);
    else await this.decide(act, faces);
  }

  /** They are somebody else, as was said; or why they are not. */
  moved(said: Said): string | undefined {
    const { userId } = this.person;
    if (said.user_id === userId) return `They are ${this.name} already.`;
    const { seen, drawn } = parted(this.waitingToMove);
    const left = drawnText('move', drawn.length);
    if (left) toasts.say(left);
    const { user_id, name, role } = said;
    const done = user_id
      ? workspace.decide(seen, { do: 'move', user_id }, { person: { user_id, name } })
      : workspace.decide(seen, { do: 'name', name, ...(role ? { role } : {}) });
    void done.then((one) => one && this.gone(seen));
    return undefined;
  }
  /** To somebody who was named lately: the number of their key, from 0. */
  moveTo(index: number): void {
    const whom = workspace.recent[index];
    if (!whom) return;
    this.waitingToMove = this.targets('move');
    const refused = this.moved({ ...whom, role: '' });
    if (refused) toasts.say(refused);
  }

  private async decide(act: Act, faces: readonly FaceSeen[]): Promise<void> {
    const { userId } = this.person;
    const decision = decisionOf(act, userId);
    if (!decision) return;
    const { seen, drawn } = parted(faces);
    const left = drawnText(act, drawn.length);
    if (left) toasts.say(left);
    if (seen.length > 0) {
      const person = { user_id: userId, name: this.name };
      if (await workspace.decide(seen, decision, { person })) this.gone(seen);
    }
    if (act !== 'reject') return;
    for (const tag of drawn) if (await workspace.untag(tag)) this.gone([`tag:${tag}`]);
  }
  private async setPortrait(face: FaceSeen): Promise<void> {
    const { detail, userId } = this.person;
    if (!detail) return;
    if (!face.face_id) return toasts.say('A face drawn by hand cannot be the portrait.');
    await workspace.change(userId, { version: detail.version, portrait: face.face_id });
    this.choosing.clear();
  }
  private gone(keys: readonly string[]): void {
    const set = new Set(keys);
    this.person.drop(set);
    this.choosing.drop(set);
  }
}
