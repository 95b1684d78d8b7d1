/** What the invented library says of itself. */
import type {
  Bands,
  Explained,
  FaceExplained,
  Group,
  PersonDetail,
  PersonListed,
  ReviewRow,
  Standing,
  Suggested,
} from '../../src/api/people';
import { events } from './deciding.ts';
import {
  FLOORS,
  assetId,
  bandOf,
  candidate,
  faceId,
  faces,
  groups,
  isUnknown,
  likeness,
  people,
  poseOf,
  rateAt,
  seen,
  type Face,
  type Somebody,
} from './world.ts';

export interface Part<T> {
  shown: T[];
  next: string | null;
}

/** after: where the part begins. */
export function part<T>(all: readonly T[], asked: URLSearchParams, limit = 100): Part<T> {
  const from = Number(asked.get('after') ?? 0);
  const to = from + Number(asked.get('limit') ?? limit);
  return { shown: all.slice(from, to), next: to < all.length ? String(to) : null };
}

export const facesOfPerson = (user: string): Face[] => faces.filter((face) => face.user === user);

export function listed(person: Somebody, held = facesOfPerson(person.user_id)): PersonListed {
  const { user_id, name, role, version, classification, aliases } = person;
  const best = held[0];
  return {
    user_id,
    name,
    role,
    version,
    classification,
    aliases,
    faces: held.length,
    face_id: person.portrait ?? (best ? faceId(best.place) : null),
    asset_id: best ? assetId(best.place) : null,
  };
}

function heldBy(): Map<string, Face[]> {
  const held = new Map<string, Face[]>();
  for (const face of faces) {
    if (face.user) held.set(face.user, [...(held.get(face.user)?.slice(0, 1) ?? []), face]);
  }
  return held;
}
function countsBy(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { user } of faces) if (user) counts.set(user, (counts.get(user) ?? 0) + 1);
  return counts;
}

export function foundPeople(asked: URLSearchParams): PersonListed[] {
  const q = (asked.get('q') ?? '').trim().toLowerCase();
  const classification = asked.get('classification');
  const [held, counts] = [heldBy(), countsBy()];
  const merit = (one: PersonListed): number => {
    const words = [one.name, ...one.aliases, one.role ?? ''].map((word) => word.toLowerCase());
    if (words[0] === q) return 0;
    return words.some((word) => word.startsWith(q)) ? 1 : words.join(' ').includes(q) ? 2 : 3;
  };
  const used = (id: string): number => people.get(id)?.used ?? 0;
  const all = [...people.values()]
    .map((one) => ({
      ...listed(one, held.get(one.user_id) ?? []),
      faces: counts.get(one.user_id) ?? 0,
    }))
    .filter((one) => !classification || one.classification === classification)
    .filter((one) => !q || merit(one) < 3);
  const sorts: Record<string, (one: PersonListed, other: PersonListed) => number> = {
    name: (one, other) => one.name.localeCompare(other.name),
    recent: (one, other) => used(other.user_id) - used(one.user_id),
    faces: (one, other) => other.faces - one.faces,
  };
  all.sort(sorts[asked.get('sort') ?? 'faces']);
  return q ? all.sort((one, other) => merit(one) - merit(other)) : all;
}

export function detail(person: Somebody): PersonDetail {
  const { notes, birth_year, project_roles, consent } = person;
  const known = listed(person);
  const [first_at, last_at] = ['2019-05-04T12:00:00Z', '2026-08-30T12:00:00Z'];
  return {
    ...known,
    notes,
    birth_year,
    project_roles,
    consent,
    photos: known.faces,
    drawn: 0,
    first_at,
    last_at,
  };
}

export const takenAt = (face: Face): string =>
  new Date(Date.UTC(2019 + (face.place % 8), face.place % 12, 1 + (face.place % 28))).toISOString();

function suggested(face: Face, like: { user: string; percent: number }): Suggested {
  const rival = `mock-${(face.place % people.size) + 1}`;
  return {
    ...seen(face),
    percent: like.percent,
    false_match_rate: rateAt(like.percent),
    band: bandOf(like.percent),
    rivals: rival === like.user ? [] : [candidate(rival, like.percent - 9)],
    pose: poseOf(face),
  };
}

export function bandsFor(user: string, limit: number): Bands {
  const bands: Bands = { likely: [], maybe: [], unlikely: [] };
  for (const face of faces) {
    const like = likeness(face);
    if (like?.user !== user) continue;
    const one = suggested(face, like);
    if (bands[one.band].length < limit) bands[one.band].push(one);
  }
  for (const list of [bands.likely, bands.maybe, bands.unlikely])
    list.sort((one, other) => one.percent - other.percent);
  return bands;
}

export function reviewRows(asked: { limit?: number; faces?: number; without?: string[] }): {
  rows: ReviewRow[];
  more: boolean;
} {
  const without = new Set(asked.without);
  const waiting = new Map<string, number>();
  for (const face of faces) {
    const like = likeness(face);
    if (like && !without.has(like.user)) waiting.set(like.user, (waiting.get(like.user) ?? 0) + 1);
  }
  const most = [...waiting].sort((one, other) => other[1] - one[1]).map(([user]) => user);
  const limit = asked.limit ?? 12;
  const rows = most.slice(0, limit).flatMap((user) => {
    const person = people.get(user);
    if (!person) return [];
    const reference = facesOfPerson(user).slice(0, 3).map(seen);
    return [{ person: listed(person), reference, ...bandsFor(user, asked.faces ?? 60) }];
  });
  return { rows, more: most.length > limit };
}

const COLOURS = ['green', 'green', 'amber', 'green', 'red'] as const;

function grouped(group: number, members: readonly Face[]): Group {
  const like = members.map(likeness).find((one) => one !== null);
  return {
    group,
    faces: members.length,
    cohesion: members.length > 1 ? 96 - (group % 5) * 6 : null,
    colour: COLOURS[group % 5] ?? 'green',
    shown: members.slice(0, 6).map(seen),
    guesses: like ? [candidate(like.user, like.percent)] : [],
  };
}

export function groupsAsked(asked: URLSearchParams): {
  groups: Group[];
  total: number;
  single: number;
  next: string | null;
} {
  const least = Number(asked.get('min_faces') ?? 2);
  const all = [...groups()]
    .filter(([, members]) => members.length >= least)
    .sort((one, other) => other[1].length - one[1].length || one[0] - other[0]);
  // As the server does: behind this group, however many there were before it.
  const [size = 0, last = 0] = (asked.get('after') ?? '').split('.').map(Number);
  const left = size
    ? all.filter(([group, { length }]) => length < size || (length === size && group > last))
    : all;
  const shown = left.slice(0, Number(asked.get('limit') ?? 100));
  const end = shown.at(-1);
  const next = end && shown.length < left.length ? `${end[1].length}.${end[0]}` : null;
  return {
    groups: shown.map(([group, members]) => grouped(group, members)),
    total: all.length,
    single: byState('single').length,
    next,
  };
}

export function byState(state: string): Face[] {
  if (state !== 'single') return faces.filter((face) => face.verdict === state);
  return faces.filter((face) => isUnknown(face) && face.group === null && face.like === null);
}

export function standing(): Standing {
  const count = (is: (face: Face) => boolean): number => faces.filter(is).length;
  return {
    confirmed: count((face) => face.user !== null),
    suggested: count((face) => likeness(face) !== null),
    unknown: count((face) => isUnknown(face) && likeness(face) === null),
    ignored: count((face) => face.verdict !== 'open'),
    is_estimate: false,
    people: people.size,
    groups: groups().size,
    can_undo: events.some(({ event }) => !event.is_undone),
    can_redo: events.some(({ event }) => event.is_undone),
  };
}

export const BOX = { left: 0.36, top: 0.2, width: 0.28, height: 0.6 };

export function faceExplained(face: Face): FaceExplained {
  const person = face.user ? people.get(face.user) : undefined;
  const like = likeness(face);
  return {
    ...seen(face),
    box: BOX,
    pose: poseOf(face),
    person: person ? listed(person) : null,
    verdict: face.verdict,
    group: face.group,
    candidates: like ? [candidate(like.user, like.percent)] : [],
    rejected: face.rejected.map((user_id) => ({
      user_id,
      name: people.get(user_id)?.name ?? '',
    })),
  };
}

const hill = (middle: number, width: number, high: number): number[] =>
  Array.from({ length: 50 }, (_, at) =>
    Math.round(high * Math.exp(-(((at * 2 + 1 - middle) / width) ** 2))),
  );

export function explained(face: Face, person: Somebody): Explained {
  const percent = face.like?.percent ?? 71;
  const match = facesOfPerson(person.user_id)[0];
  return {
    probe: faceExplained(face),
    person: listed(person),
    match: match ? { ...seen(match), percent: percent - 1.4, pose: poseOf(match), box: BOX } : null,
    percent,
    false_match_rate: rateAt(percent),
    band: bandOf(percent),
    rivals: [candidate('mock-8', percent - 12), candidate('mock-21', percent - 15)],
    floors: FLOORS,
    histogram: {
      same_person: hill(94, 7, 900),
      other_person: hill(38, 19, 4000),
      faces: 800,
      is_sample: false,
    },
    model: 'Invented by the mock',
  };
}
