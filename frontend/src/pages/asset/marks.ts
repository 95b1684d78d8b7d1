/** What is drawn over a picture for everything that was found in it. Pure. */
import type { AssetDetail, AssetFace, AssetText } from '../../api/library';
import { percentText } from '../../formatting/numbers';
import type { Mark } from '../../geometry/overlay';

export const LAYERS = ['faces', 'labels', 'text'] as const;
export type Layer = (typeof LAYERS)[number];

export const faceMark = (place: number): string => `face ${place}`;
export const labelMark = (name: string): string => `label ${name}`;
export const textMark = (place: number): string => `text ${place}`;

type Found = Pick<AssetDetail, 'faces' | 'labels' | 'text'>;

/** Left to right, as one reads a row of people; the place in the asset's own list goes with it. */
export function leftToRight(faces: readonly AssetFace[]): { face: AssetFace; place: number }[] {
  return faces
    .map((face, place) => ({ face, place }))
    .sort((one, other) => middle(one.face) - middle(other.face));
}

export function faceTitle(face: AssetFace): string {
  if (face.person) return face.person.name;
  if (face.guess) return `${face.guess.name}?`;
  return face.face_id === null ? 'Too poor to know' : 'Unknown';
}

export function marksOf(found: Found, layers: ReadonlySet<Layer>): Mark[] {
  return [
    ...(layers.has('labels') ? labelMarks(found) : []),
    ...(layers.has('text') ? found.text.map(lineMark) : []),
    ...(layers.has('faces') ? faceMarks(found) : []),
  ];
}

/** The marks of the layers that are shown, and those of the one row that is pointed at. */
export function shownMarks(
  found: Found,
  layers: ReadonlySet<Layer>,
  active: string | null,
): Mark[] {
  const shown = marksOf(found, layers);
  if (active === null || shown.some((mark) => mark.id === active)) return shown;
  const all = marksOf(found, new Set(LAYERS));
  return [...shown, ...all.filter((mark) => mark.id === active)];
}

function faceMarks(found: Found): Mark[] {
  return found.faces.map((face, place) => ({
    id: faceMark(place),
    box: face.box,
    label: faceTitle(face),
    faint: face.face_id === null,
  }));
}

function labelMarks(found: Found): Mark[] {
  return found.labels.flatMap((label) =>
    label.boxes.map((box) => ({
      id: labelMark(label.name),
      box,
      label: `${label.name} ${percentText(box.confidence)}`,
    })),
  );
}

function lineMark(line: AssetText, place: number): Mark {
  return { id: textMark(place), polygon: line.polygon, label: line.text };
}

const middle = (face: AssetFace): number => face.box.left + face.box.width / 2;
