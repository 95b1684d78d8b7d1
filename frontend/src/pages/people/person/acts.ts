/** What can be done with faces of a person, and by which key. */
import type { Decision, FaceSeen } from '../../../api/people';
import { counted } from '../../../formatting/numbers';

/** confirm: a suggested face is the person, a doubted one is right. */
export type Act =
  | 'confirm'
  | 'reject'
  | 'split'
  | 'move'
  | 'portrait'
  | 'ignore'
  | 'not_a_face'
  | 'undecided'
  | 'frame'
  | 'explain';

export type Place = 'faces' | 'doubts' | 'suggested';

export const ACT_KEYS: readonly { act: Act; keys: readonly string[]; title: string }[] = [
  { act: 'reject', keys: ['n'], title: 'Not this person' },
  { act: 'confirm', keys: ['y', ' '], title: 'It is this person' },
  { act: 'split', keys: ['s'], title: 'Split off as an unknown person' },
  { act: 'move', keys: ['p'], title: 'Move to somebody else' },
  { act: 'portrait', keys: ['t'], title: 'Set as portrait' },
  { act: 'ignore', keys: ['i'], title: 'Ignore' },
  { act: 'not_a_face', keys: ['x'], title: 'Not a face' },
  { act: 'undecided', keys: ['u'], title: 'Put aside, undecided' },
  { act: 'frame', keys: ['f'], title: 'Whole photo' },
  { act: 'explain', keys: ['e'], title: 'Explain' },
];

/** How a key is listed. */
export const keyName = (key: string): string => (key === ' ' ? 'Space' : key.toUpperCase());

/** Acts that make no sense of faces that are not the person's yet, or are already. */
const NOT_FOR: Record<Place, readonly Act[]> = {
  faces: ['confirm'],
  doubts: [],
  suggested: ['split', 'portrait'],
};

export const isFor = (act: Act, place: Place): boolean => !NOT_FOR[place].includes(act);

/** Acts on one face, also when several are chosen. */
export const isSingle = (act: Act): boolean =>
  act === 'portrait' || act === 'frame' || act === 'explain';

/** What the server is told; null for acts that are no decision about faces. */
export function decisionOf(act: Act, userId: string): Decision | null {
  switch (act) {
    case 'confirm':
    case 'reject':
      return { do: act, user_id: userId };
    case 'split':
    case 'ignore':
    case 'not_a_face':
    case 'undecided':
      return { do: act };
    default:
      return null;
  }
}

export interface Parted {
  /** Faces that were seen: likeness finds them. */
  seen: string[];
  /** Faces that somebody drew. */
  drawn: string[];
}

export function parted(faces: readonly FaceSeen[]): Parted {
  return {
    seen: faces.flatMap((face) => (face.face_id === null ? [] : [face.face_id])),
    drawn: faces.flatMap((face) => (face.face_id === null && face.tag_id ? [face.tag_id] : [])),
  };
}

/** Why nothing is done with drawn faces by this act; empty when it does something. */
export function drawnText(act: Act, drawn: number): string {
  if (drawn === 0 || act === 'reject') return '';
  return `${counted(drawn, 'face')} drawn by hand ${drawn === 1 ? 'stays' : 'stay'} as ${drawn === 1 ? 'it is' : 'they are'}; “not this person” takes such a mark away.`;
}
