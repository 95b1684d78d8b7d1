/** Who is in a photo: faces that were seen and faces that were drawn, as one row. Pure. */
import type { AssetDetail, AssetFace, Box, DrawnFace } from '../../api/library';
import type { Mark } from '../../geometry/overlay';

/** One place of a face in a photo. */
export interface InPhoto {
  /** The mark of its box. */
  id: string;
  /** In the asset's own list; null for a drawn one. */
  place: number | null;
  face: AssetFace | null;
  drawn: DrawnFace | null;
  box: Box;
  person: { user_id: string; name: string; role: string | null } | null;
  title: string;
}

export const FILTERS = ['all', 'named', 'unknown', 'aside'] as const;
export type Filter = (typeof FILTERS)[number];

export const NOT_SEARCHABLE = 'not searchable';

type Found = Pick<AssetDetail, 'faces' | 'drawn'>;

export const faceMark = (place: number): string => `face ${place}`;
export const drawnMark = (tagId: string): string => `drawn ${tagId}`;

/** Left to right, as one reads a row of people; of two above each other the upper one first. */
export function inOrder(found: Found): InPhoto[] {
  const all = [...found.faces.map(seen), ...(found.drawn ?? []).map(drawn)];
  return all.sort(
    (one, other) => middle(one.box) - middle(other.box) || one.box.top - other.box.top,
  );
}

/** Somebody said that it is nobody to be asked about. */
export const isAside = (one: InPhoto): boolean =>
  one.face?.verdict === 'not a face' || one.face?.verdict === 'ignored';

export function isIn(one: InPhoto, filter: Filter): boolean {
  if (filter === 'aside') return isAside(one);
  if (isAside(one)) return false;
  if (filter === 'all') return true;
  return (one.person !== null) === (filter === 'named');
}

export function counted(all: readonly InPhoto[]): Record<Filter, number> {
  const count = (filter: Filter) => all.filter((one) => isIn(one, filter)).length;
  return {
    all: count('all'),
    named: count('named'),
    unknown: count('unknown'),
    aside: count('aside'),
  };
}

export function faceTitle(face: AssetFace): string {
  if (face.person) return face.person.name;
  if (face.verdict === 'not a face') return 'Not a face';
  if (face.verdict === 'ignored') return 'Ignored';
  if (face.guess) return `${face.guess.name}?`;
  if (face.verdict === 'undecided') return 'Undecided';
  return face.face_id === null ? 'Too poor' : 'Unknown';
}

/** The box of a face; dashed where no likeness finds it. */
export function markOf(one: InPhoto): Mark {
  const label = one.drawn ? `${one.title} · drawn, ${NOT_SEARCHABLE}` : one.title;
  return { id: one.id, box: one.box, label, faint: one.face?.face_id == null };
}

function seen(face: AssetFace, place: number): InPhoto {
  return {
    id: faceMark(place),
    place,
    face,
    drawn: null,
    box: face.box,
    person: face.person,
    title: faceTitle(face),
  };
}

function drawn(one: DrawnFace): InPhoto {
  return {
    id: drawnMark(one.tag_id),
    place: null,
    face: null,
    drawn: one,
    box: one.box,
    person: one.person,
    title: one.person.name,
  };
}

const middle = (box: Box): number => box.left + box.width / 2;
