/** What is said of groups of unknown faces, and where the page stands. */
import type { Candidate, Decision, FaceSeen, Group, GroupDecision } from '../../../api/people';
import { counted } from '../../../formatting/numbers';
import type { Said } from '../../../parts/lookup';

/** Groups of at least so many faces can be asked for. */
export const LEAST = [2, 5, 10] as const;
export type Least = (typeof LEAST)[number];

export interface View {
  show: 'groups' | 'single';
  least: Least;
}

export function readView(query: URLSearchParams): View {
  const least = LEAST.find((one) => String(one) === query.get('least')) ?? LEAST[0];
  return { show: query.get('show') === 'single' ? 'single' : 'groups', least };
}

export function viewAddress(view: View): string {
  const said = new URLSearchParams();
  if (view.show === 'single') said.set('show', 'single');
  if (view.least !== LEAST[0]) said.set('least', String(view.least));
  const text = said.toString();
  return `/people/unknown${text ? `?${text}` : ''}`;
}

/** A mark and words, so that colour is never the only sign. */
export const COHESION = {
  green: { mark: '●', word: 'alike', about: 'As alike as faces of one person are' },
  amber: { mark: '◐', word: 'mixed', about: 'Perhaps more than one person: look inside' },
  red: { mark: '○', word: 'look inside', about: 'Too different for one person: look inside first' },
} as const satisfies Record<Group['colour'], { mark: string; word: string; about: string }>;

/** Somebody known by their id, somebody new by name and role. */
export function decisionOf(said: Said): Extract<GroupDecision, { do: 'name' | 'confirm' }> {
  if (said.user_id !== undefined) return { do: 'confirm', user_id: said.user_id };
  return said.role === ''
    ? { do: 'name', name: said.name }
    : { do: 'name', name: said.name, role: said.role };
}

/** What is going on, for a notice while it takes long. */
export function doing(decision: Decision | GroupDecision, faces: number): string {
  const many = counted(faces, 'face');
  switch (decision.do) {
    case 'name':
      return `Naming ${many} ${decision.name}`;
    case 'confirm':
    case 'move':
      return `Naming ${many}`;
    case 'reopen':
      return `Putting ${many} back`;
    case 'split':
      return `Splitting ${many} off`;
    default:
      return `Putting ${many} aside`;
  }
}

export const facesIn = (groups: readonly Group[]): number =>
  groups.reduce((sum, group) => sum + group.faces, 0);

/** What names a face, also one that was drawn. */
export const idOf = (face: FaceSeen): string => face.face_id ?? face.tag_id ?? '';

/** Who a stack may be; null where that is so unlikely that one key should not name all of it. */
export const guessOf = (group: Group): Candidate | null =>
  group.guesses.find((one) => one.band !== 'unlikely') ?? null;

/** How a stack is told to those who do not see it. */
export function spokenGroup(group: Group): string {
  const guess = guessOf(group);
  const parts = [`Stack of ${counted(group.faces, 'face')}`, COHESION[group.colour].word];
  if (guess) parts.push(`perhaps ${guess.name}, ${Math.floor(guess.percent)} percent`);
  return parts.join(', ');
}

/** Nothing that somebody went to has the focus. */
export function isFocusFree(): boolean {
  const focused = document.activeElement;
  return focused === null || focused === document.body || focused.id === 'main';
}
