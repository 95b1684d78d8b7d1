/** The library over the invented people: what its page asks for. */
import type { Card, FacetValue, Hit } from '../src/api/library';
import { takenAt } from './people/reading.ts';
import { assetId, faces, people, type Face } from './people/world.ts';

const LABELS = ['Person', 'Beach', 'Wedding', 'Dog', 'Street', 'Mountain', 'Food'];
const FIELDS = ['person', 'role', 'label', 'media'];
const MOST_VALUES = 30;

/** A photo for each of some faces; the same face always has the same labels. */
function photos(): Face[] {
  return faces.filter((face) => face.place % 5 !== 4);
}
const labelsOf = (face: Face): string[] => [
  'Person',
  LABELS[1 + (face.identity % (LABELS.length - 1))] ?? 'Person',
];

function valuesOf(face: Face, field: string): string[] {
  const person = face.user === null ? undefined : people.get(face.user);
  if (field === 'person') return person ? [person.name] : [];
  if (field === 'role') return person?.role ? [person.role] : [];
  if (field === 'label') return labelsOf(face);
  return field === 'media' ? ['image'] : [];
}

function isFound(face: Face, asked: URLSearchParams): boolean {
  const words = (asked.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const all = FIELDS.flatMap((field) => valuesOf(face, field))
    .join(' ')
    .toLowerCase();
  if (!words.every((word) => all.includes(word.replace(/^\w+:|"/g, '')))) return false;
  return FIELDS.every((field) =>
    asked.getAll(field).every((value) => {
      const has = valuesOf(face, field).includes(value.replace(/^-/, ''));
      return value.startsWith('-') ? !has : has;
    }),
  );
}

export const card = (face: Face): Card => ({
  asset_id: assetId(face.place),
  media: 'image',
  state: 'ready',
  width: 1500,
  height: 1000,
  duration_ms: null,
  taken_at: takenAt(face),
  name: `DSC_${String(face.place).padStart(5, '0')}.jpg`,
});

function counted(found: readonly Face[], field: string): FacetValue[] {
  const counts = new Map<string, number>();
  for (const face of found) {
    for (const value of valuesOf(face, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_VALUES);
}

export function searched(asked: URLSearchParams): object {
  const found = photos().filter((face) => isFound(face, asked));
  const from = Number(asked.get('offset') ?? 0);
  const hits: Hit[] = found
    .slice(from, from + Number(asked.get('limit') ?? 60))
    .map((face) => ({ ...card(face), reasons: [] }));
  const facets = Object.fromEntries(FIELDS.map((field) => [field, counted(found, field)]));
  return { total: found.length, took_ms: 4, hits, ...(asked.get('facets') === '1' && { facets }) };
}

export function searchedIds(asked: URLSearchParams): object {
  const found = photos().filter((face) => isFound(face, asked));
  const from = Number(asked.get('offset') ?? 0);
  const ids = found.slice(from, from + 10_000).map((face) => assetId(face.place));
  return { total: found.length, asset_ids: ids };
}

export function suggested(asked: URLSearchParams): object {
  const typed = (asked.get('q') ?? '').toLowerCase();
  const suggestions = ['person', 'label'].flatMap((field) =>
    counted(photos(), field)
      .filter(({ value }) => value.toLowerCase().includes(typed))
      .slice(0, 6)
      .map((one) => ({ field, ...one })),
  );
  return { suggestions };
}

export function state(): object {
  const total = photos().length;
  return {
    name: 'mock',
    total,
    ready: total,
    waiting: 0,
    failed: 0,
    unreadable: 0,
    faces: faces.length,
    bytes: total * 3_000_000,
    indexing: { active: false, images_per_second: null, seconds_left: null },
    aws_price_usd: 0,
    settings: { faces: 'always' },
  };
}

/** Of so many photos, as `POST recognise/estimate` says it. */
export const estimated = (photosAsked: number): object => ({
  photos: photosAsked,
  already: 0,
  to_do: photosAsked,
  faces_expected: photosAsked * 2,
  is_measured: true,
  seconds_expected: photosAsked / 12,
  aws_usd: photosAsked * 0.003,
  per_face_usd: photosAsked * 0.002,
  per_face_service: 'a service that charges for each face',
});

export const SOURCES = {
  sources: [
    {
      source_id: 'mock-source',
      kind: 'folder',
      location: '/photos',
      watched: true,
      scanned_at: new Date(Date.now() - 600_000).toISOString(),
      message: '',
    },
  ],
};
