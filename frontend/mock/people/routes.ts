/** The routes of the people workspace over the invented library. */
import type { Decision, GroupDecision, PersonChange } from '../../src/api/people';
import * as library from '../library.ts';
import { Refused, decideOn, events, facesOf, keep, membersOf, reverted, turn } from './deciding.ts';
import { headAt } from './drawing.ts';
import {
  bandsFor,
  byState,
  detail,
  explained,
  faceExplained,
  facesOfPerson,
  foundPeople,
  groupsAsked,
  listed,
  part,
  reviewRows,
  standing,
  takenAt,
} from './reading.ts';
import { faces, people, placeOf, rateAt, seen, type Face, type Somebody } from './world.ts';

export { Refused };

interface Asked {
  query: URLSearchParams;
  body: unknown;
  /** What stands for the `*` of the path. */
  parts: string[];
}
type Route = (asked: Asked) => unknown;

function personAt(parts: string[], at = 0): Somebody {
  const found = people.get(parts[at] ?? '');
  if (!found) throw new Refused(404, 'not_found', 'There is no such person.');
  return found;
}
function faceAt(parts: string[], at = 0): Face {
  const found = faces[placeOf(parts[at] ?? '')];
  if (!found) throw new Refused(404, 'not_found', 'There is no such face.');
  return found;
}
const page = (all: readonly Face[], query: URLSearchParams): object => {
  const { shown, next } = part(all, query);
  return { faces: shown.map(seen), total: all.length, next };
};
const withPercent = (face: Face): object => {
  const percent = 99 - (face.place % 300) / 10;
  return { ...seen(face), percent, false_match_rate: rateAt(percent), taken_at: takenAt(face) };
};
function changed({ parts, body }: Asked): object {
  const person = personAt(parts);
  const { version, ...change } = body as PersonChange;
  if (version !== person.version) {
    throw new Refused(409, 'conflict', `Somebody changed ${person.name} meanwhile: look again.`);
  }
  const before = structuredClone(person);
  const done = keep('change', [], [person.user_id], `${person.name} was changed`, () => {}, {
    back: () => Object.assign(person, before, { version: person.version + 1 }),
  });
  const consent = change.consent
    ? { consent: { day: null, note: '', ...change.consent } }
    : { consent: person.consent };
  Object.assign(person, change, consent, { version: version + 1 });
  if (change.birth_year === 0) person.birth_year = null;
  return done;
}

function merged({ parts, body }: Asked): object {
  const person = personAt(parts);
  const into = people.get((body as { into: string }).into);
  if (!into) throw new Refused(404, 'not_found', 'There is no such person.');
  const held = facesOfPerson(person.user_id);
  const ids = [person.user_id, into.user_id];
  const back = (): void => void people.set(person.user_id, person);
  const says = `${person.name} is ${into.name} now`;
  const change = (): void => {
    for (const face of held) face.user = into.user_id;
    people.delete(person.user_id);
  };
  return keep('merge', held, ids, says, change, { back });
}

const ROUTES: Record<string, Route> = {
  'GET /api/library': library.state,
  'GET /api/library/search': ({ query }) => library.searched(query),
  'GET /api/library/search/ids': ({ query }) => library.searchedIds(query),
  'GET /api/library/suggest': ({ query }) => library.suggested(query),
  'GET /api/library/sources': () => library.SOURCES,
  'GET /api/library/failures': () => ({ failures: [], next: null }),
  'GET /api/library/bursts': () => ({ groups: [] }),
  'GET /api/library/duplicates': () => ({ groups: [] }),
  'GET /api/library/assets/*/similar': ({ parts }) => ({
    hits: faces
      .filter((face) => face.identity === faceAt(parts).identity)
      .slice(1, 13)
      .map((face) => ({ ...library.card(face), percent: 99 - (face.place % 30) })),
  }),
  'POST /api/library/settings': ({ body }) => body,
  'POST /api/library/recognise/estimate': ({ body }) =>
    library.estimated((body as { asset_ids?: string[] }).asset_ids?.length ?? 500),
  'GET /api/library/standing': standing,
  'GET /api/library/people': ({ query }) => {
    const all = foundPeople(query);
    const { shown, next } = part(all, query);
    return { people: shown, total: all.length, next };
  },
  'GET /api/library/people/*': ({ parts }) => detail(personAt(parts)),
  'POST /api/library/people/*': changed,
  'DELETE /api/library/people/*': ({ parts }) => {
    const person = personAt(parts);
    const held = facesOfPerson(person.user_id);
    for (const face of held) Object.assign(face, { user: null, verdict: 'ignored' });
    people.delete(person.user_id);
    return { faces: held.length, needles: 3 + 2 * held.length, traces: 0 };
  },
  'GET /api/library/people/*/faces': ({ parts, query }) => {
    const held = facesOfPerson(personAt(parts).user_id);
    const { shown, next } = part(held, query);
    return { faces: shown.map(withPercent), total: held.length, next };
  },
  'GET /api/library/people/*/photos': ({ parts, query }) => {
    const held = facesOfPerson(personAt(parts).user_id);
    const { shown, next } = part(held, query);
    return { assets: shown.map(library.card), total: held.length, next };
  },
  'GET /api/library/people/*/doubts': ({ parts }) => ({
    faces: facesOfPerson(personAt(parts).user_id).slice(-6).map(withPercent),
  }),
  'GET /api/library/people/*/suggestions': ({ parts, query }) =>
    bandsFor(personAt(parts).user_id, Number(query.get('limit') ?? 60)),
  'POST /api/library/people/*/merge': merged,
  'POST /api/library/review': ({ body }) => reviewRows(body as Parameters<typeof reviewRows>[0]),
  'GET /api/library/groups': ({ query }) => groupsAsked(query),
  'GET /api/library/groups/*/faces': ({ parts, query }) => page(membersOf(Number(parts[0])), query),
  'POST /api/library/groups/*/decide': ({ parts, body }) =>
    decideOn(membersOf(Number(parts[0])), body as GroupDecision),
  'GET /api/library/faces': ({ query }) => page(byState(query.get('state') ?? ''), query),
  'POST /api/library/faces/decide': ({ body }) => {
    const { face_ids, ...decision } = body as Decision & { face_ids: string[] };
    return decideOn(facesOf(face_ids), decision as Decision);
  },
  'GET /api/library/faces/*': ({ parts }) => faceExplained(faceAt(parts)),
  'GET /api/library/faces/*/explain': ({ parts, query }) =>
    explained(faceAt(parts), personAt([query.get('person') ?? ''])),
  'GET /api/library/history': ({ query }) => {
    const all = events.map(({ event }) => event).reverse();
    const { shown, next } = part(all, query);
    return { events: shown, next };
  },
  'POST /api/library/history/undo': () => turn('undo'),
  'POST /api/library/history/redo': () => turn('redo'),
  'POST /api/library/history/*/revert': ({ parts }) => reverted(Number(parts[0])),
  'POST /api/library/assets/*/tags': ({ body }) => ({
    ...keep('draw', [], [], `A face of ${(body as { name: string }).name} was drawn`, () => {}),
    face_id: null,
    tag_id: 'mock-tag',
    searchable: false,
  }),
  'DELETE /api/library/tags/*': () => keep('untag', [], [], 'A drawn face was taken off', () => {}),
  'GET /api/library/assets/*': ({ parts }) => {
    const face = faceAt(parts);
    const person = face.user ? people.get(face.user) : undefined;
    return {
      ...library.card(face),
      created_at: takenAt(face),
      byte_count: 3_000_000,
      format: 'jpeg',
      camera: null,
      frame_rate: null,
      places: [],
      stages: [],
      labels: [],
      moderation: [],
      text: [],
      colors: [],
      quality: null,
      faces: [{ ...faceExplained(face), ...ASKED_OF_A_FACE, person: person && listed(person) }],
      lanes: [],
      broke_off: [],
      drawn: [],
      not_asked: [],
    };
  },
  'GET /api/library/assets/*/face/*': ({ parts }) => picture(faceAt(parts, 1), 160, 160),
  'GET /api/library/assets/*/picture': ({ parts }) => picture(faceAt(parts), 450, 300),
};

const ASKED_OF_A_FACE = {
  confidence: 99.9,
  age: { low: 25, high: 33 },
  gender: null,
  emotions: [],
  answers: {},
  quality: { brightness: 60, sharpness: 70 },
  guess: null,
  refused: [],
};

/** As many pictures as fit into a small room are kept. */
const drawn = new Map<string, Buffer>();
function picture(face: Face, width: number, height: number): Buffer {
  const key = `${face.identity} ${face.place % 8} ${width}`;
  const known = drawn.get(key);
  if (known) return known;
  if (drawn.size > 4000) drawn.clear();
  const made = headAt(face.identity, face.place % 8, width, height);
  drawn.set(key, made);
  return made;
}

/** undefined: no route of these. Raises Refused. */
export function answerOfPeople(
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): unknown {
  const steps = path.split('/');
  for (const [name, route] of Object.entries(ROUTES)) {
    const [asked, pattern = ''] = name.split(' ');
    const wanted = pattern.split('/');
    if (asked !== method || wanted.length !== steps.length) continue;
    if (!wanted.every((step, at) => step === '*' || step === steps[at])) continue;
    const parts = steps.filter((_, at) => wanted[at] === '*').map(decodeURIComponent);
    return route({ query, body, parts });
  }
  return undefined;
}
