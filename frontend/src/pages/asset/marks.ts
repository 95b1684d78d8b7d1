/** What is drawn over a picture for everything that was found in it. Pure. */
import type { AssetDetail, AssetText } from '../../api/library';
import { percentText } from '../../formatting/numbers';
import type { Mark } from '../../geometry/overlay';
import { inOrder, isAside, markOf } from './inphoto';

export const LAYERS = ['faces', 'labels', 'text'] as const;
export type Layer = (typeof LAYERS)[number];

export const labelMark = (name: string): string => `label ${name}`;
export const textMark = (place: number): string => `text ${place}`;

type Found = Pick<AssetDetail, 'faces' | 'drawn' | 'labels' | 'text'>;

/** Faces that are put aside have none, until they are asked for. */
export function marksOf(found: Found, layers: ReadonlySet<Layer>, withAside = false): Mark[] {
  return [
    ...(layers.has('labels') ? labelMarks(found) : []),
    ...(layers.has('text') ? found.text.map(lineMark) : []),
    ...(layers.has('faces') ? faceMarks(found, withAside) : []),
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
  const all = marksOf(found, new Set(LAYERS), true);
  return [...shown, ...all.filter((mark) => mark.id === active)];
}

function faceMarks(found: Found, withAside: boolean): Mark[] {
  return inOrder(found)
    .filter((one) => withAside || !isAside(one))
    .map(markOf);
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
