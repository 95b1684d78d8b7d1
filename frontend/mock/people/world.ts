/** An invented library of people: generated, the same each time, and changed by what is decided
 * until the mock is started again. */
import type {
  BandName,
  Candidate,
  Classification,
  Consent,
  FaceSeen,
  Verdict,
} from '../../src/api/people';

/** EYEBRIGHT_MOCK_FACES=100000 adds so many faces to those that were put aside, to one person, and
 * some to a group and to those in no group: how the pages bear a large library. */
const MANY = Number(process.env['EYEBRIGHT_MOCK_FACES'] ?? 0);
const PEOPLE = 200;
const GROUPS = 500;

export interface Face {
  place: number;
  /** Who is really on it: what its picture shows. */
  identity: number;
  user: string | null;
  verdict: Verdict;
  group: number | null;
  /** Whom it is like, and how much, in percent. */
  like: { user: string; percent: number } | null;
  rejected: string[];
}

export interface Somebody {
  user_id: string;
  name: string;
  role: string | null;
  version: number;
  classification: Classification;
  aliases: string[];
  notes: string;
  birth_year: number | null;
  project_roles: Record<string, string>;
  consent: Consent;
  portrait: string | null;
  identity: number;
  /** When a face was last given to them, counted up. */
  used: number;
}

const FIRST =
  `Anna Ben Carla David Edda Farid Greta Hanno Ines Jonas Karim Lena Mats Nora Oskar Paula
Quirin Rosa Selim Tilda Uwe Vera Wanda Xaver Yara Zeno`.split(/\s+/);
const LAST = 'Adler Berg Conrad Diallo Engel Fuchs Garcia Haas Ito Jansen Kaya Lorenz'.split(' ');
const ROLES = [null, null, null, 'Bride', 'Guest', 'Keynote speaker', 'Coach'];

export const people = new Map<string, Somebody>();
export const faces: Face[] = [];

/** Hexadecimal and long, as real ones are. */
export const faceId = (place: number): string =>
  `fa000000-0000-4000-8000-${place.toString(16).padStart(12, '0')}`;
export const assetId = (place: number): string => `a5${place.toString(16).padStart(30, '0')}`;
export const placeOf = (id: string): number => parseInt(id.replace(/^fa000000.*-|^a5/, ''), 16);

function addFace(changes: Partial<Face> & { identity: number }): void {
  faces.push({
    place: faces.length,
    user: null,
    verdict: 'open',
    group: null,
    like: null,
    rejected: [],
    ...changes,
  });
}
const times = (many: number, add: (place: number) => void): void => {
  for (let place = 0; place < many; place += 1) add(place);
};

export function addPerson(name: string, role: string | null, identity: number): Somebody {
  const person: Somebody = {
    user_id: `mock-${people.size + 1}`,
    name,
    role,
    version: 1,
    classification: 'named',
    aliases: [],
    notes: '',
    birth_year: null,
    project_roles: {},
    consent: { status: 'unknown', day: null, note: '' },
    portrait: null,
    identity,
    used: 0,
  };
  people.set(person.user_id, person);
  return person;
}

times(PEOPLE, (place) => {
  const last = place < FIRST.length ? '' : ` ${LAST[Math.floor(place / FIRST.length - 1)] ?? ''}`;
  const name = `${FIRST[place % FIRST.length] ?? ''}${last}`;
  const person = addPerson(name, ROLES[place % ROLES.length] ?? null, place);
  person.used = PEOPLE - place;
  if (place % 9 === 0) person.classification = 'key';
  if (place === 3) person.aliases = ['Dave'];
  times(3 + ((place * 17) % 40) + (place === 0 ? MANY : 0), () =>
    addFace({ identity: place, user: person.user_id }),
  );
  if (place % 4 !== 0) return;
  const { user_id: user } = person;
  times(2 + ((place * 7) % 50), (step) => {
    const percent = 99.4 - ((step * 37) % 290) / 10;
    addFace({ identity: percent < 82 ? place + 1 : place, like: { user, percent } });
  });
});
times(GROUPS, (place) => {
  const identity = PEOPLE + place;
  const guessed = place % 3 === 0 ? `mock-${((place * 11) % PEOPLE) + 1}` : null;
  const like = guessed ? { user: guessed, percent: 97.6 - ((place * 3) % 200) / 10 } : null;
  const many = Math.max(2, Math.round(64 / (1 + place / 9)));
  times(many + (place === 1 ? MANY / 10 : 0), () =>
    addFace({ identity, group: place + 1, like: like && { ...like } }),
  );
});
times(140 + MANY / 5, (place) => addFace({ identity: 1000 + place }));
times(60 + MANY, (place) => addFace({ identity: 3000 + (place % 700), verdict: 'ignored' }));
times(24, (place) => addFace({ identity: 4000 + place, verdict: 'not a face' }));
times(9, (place) => addFace({ identity: 5000 + place, verdict: 'undecided' }));

export const seen = (face: Face): FaceSeen => ({
  face_id: faceId(face.place),
  tag_id: null,
  asset_id: assetId(face.place),
  at_ms: face.place % 41 === 40 ? 12_000 : null,
  quality: 40 + ((face.place * 31) % 60),
});

export const poseOf = (face: Face): { roll: number; yaw: number; pitch: number } => ({
  roll: ((face.place * 3) % 20) - 10,
  yaw: ((face.place * 53) % 40) - 20,
  pitch: ((face.place * 7) % 30) - 15,
});

export const FLOORS: Record<BandName, number> = { likely: 95, maybe: 86, unlikely: 78 };
export const bandOf = (percent: number): BandName =>
  percent >= FLOORS.likely ? 'likely' : percent >= FLOORS.maybe ? 'maybe' : 'unlikely';
export const rateAt = (percent: number): number => Math.min(0.4, 10 ** (-(percent - 70) / 6));

export function candidate(user: string, percent: number): Candidate {
  return {
    user_id: user,
    name: people.get(user)?.name ?? 'Nobody',
    percent,
    false_match_rate: rateAt(percent),
    band: bandOf(percent),
  };
}

export const isUnknown = (face: Face): boolean => face.user === null && face.verdict === 'open';
/** Somebody it may be, and nobody said that it is not. */
export const likeness = (face: Face): Face['like'] =>
  face.like && isUnknown(face) && !face.rejected.includes(face.like.user) ? face.like : null;

export function groups(): Map<number, Face[]> {
  const found = new Map<number, Face[]>();
  for (const face of faces) {
    if (face.group === null || !isUnknown(face)) continue;
    const held = found.get(face.group);
    if (held) held.push(face);
    else found.set(face.group, [face]);
  }
  return found;
}
