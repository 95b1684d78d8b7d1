/** The rows of the review: who, and the faces that may be theirs and are not answered yet. Pure: rows
 * in, new rows out; a row that nothing happened to stays the same object. */
import type {
  BandName,
  Bands,
  FaceSeen,
  PersonListed,
  ReviewRow,
  Suggested,
} from '../../../api/people';

export const BANDS: readonly BandName[] = ['likely', 'maybe', 'unlikely'];

export interface Row extends Bands {
  user_id: string;
  person: PersonListed;
  reference: readonly FaceSeen[];
  /** Bands that show, from the surest on: 1 to 3. The next one is folded. */
  depth: number;
  /** As many faces as were asked for: there may be more. */
  full: boolean;
  /** Nothing is left to answer: says so, then leaves. */
  finished: boolean;
  /** How many were confirmed here, and how many were not this person. */
  confirmed: number;
  rejected: number;
}

/** Where the keys are: on a face of a row, or (null) on its folded band. */
export interface Spot {
  user_id: string;
  face_id: string | null;
}

export interface Removed {
  user_id: string;
  face: Suggested;
}

export function rowOf(said: ReviewRow, asked: number): Row {
  const bands = banded(said);
  return {
    ...bands,
    user_id: said.person.user_id,
    person: said.person,
    reference: said.reference,
    depth: bands.likely.length > 0 ? 1 : 2,
    full: countOf(bands) >= asked,
    finished: false,
    confirmed: 0,
    rejected: 0,
  };
}

export const countOf = (bands: Bands): number =>
  bands.likely.length + bands.maybe.length + bands.unlikely.length;

/** The faces that show, in the order of the arrows: band after band, the least certain first. */
export const shownFaces = (row: Row): readonly Suggested[] =>
  BANDS.slice(0, row.depth).flatMap((band) => row[band]);

/** The band that is folded next; null when all of the row shows. Of a person with likely faces the
 * maybes come when these are answered: most of them are strangers. */
export const foldedBand = (row: Row): BandName | null =>
  BANDS.slice(row.depth).find((band) => row[band].length > 0) ?? null;

export const unfolded = (row: Row): Row => {
  const band = foldedBand(row);
  return band ? { ...row, depth: BANDS.indexOf(band) + 1 } : row;
};

/** As it shows once `answered` are gone and `confirmed` of them were right: when the likely ones are
 * through and were mostly right, the maybes are worth a look. */
export function seenFurther(row: Row, answered: ReadonlySet<string>, confirmed: number): Row {
  const isThrough = row.likely.every((face) => has(answered, face));
  const isRight = row.confirmed + confirmed > row.rejected;
  return row.depth === 1 && isThrough && isRight ? { ...row, depth: 2 } : row;
}

/** The places of a row that arrows reach. */
export function spotsOf(row: Row): Spot[] {
  const spots: Spot[] = shownFaces(row).map(({ face_id }) => ({ user_id: row.user_id, face_id }));
  if (foldedBand(row)) spots.push({ user_id: row.user_id, face_id: null });
  return spots;
}

export const isSame = (one: Spot | null, other: Spot | null): boolean =>
  one?.user_id === other?.user_id && one?.face_id === other?.face_id;

export function faceAt(rows: readonly Row[], spot: Spot | null): Suggested | null {
  if (!spot?.face_id) return null;
  const row = rows.find((one) => one.user_id === spot.user_id);
  for (const band of BANDS) {
    const found = row?.[band].find((face) => face.face_id === spot.face_id);
    if (found) return found;
  }
  return null;
}

/** Without these faces. of: only in this person's row (they are not this person); null: in all rows
 * (they are somebody, or nobody). */
export function taken(
  rows: readonly Row[],
  faceIds: ReadonlySet<string>,
  of: string | null,
): { rows: Row[]; removed: Removed[] } {
  const removed: Removed[] = [];
  const kept = rows.map((row) => {
    if (of !== null && row.user_id !== of) return row;
    const gone = BANDS.flatMap((band) => row[band].filter((face) => has(faceIds, face)));
    if (gone.length === 0) return row;
    removed.push(...gone.map((face) => ({ user_id: row.user_id, face })));
    return { ...row, ...without(row, faceIds) };
  });
  return { rows: kept, removed };
}

/** With them again, where they were. Rows that left come from `gone`. */
export function putBack(
  rows: readonly Row[],
  removed: readonly Removed[],
  gone: ReadonlyMap<string, Row> = new Map(),
): Row[] {
  const next = [...rows];
  for (const userId of new Set(removed.map((one) => one.user_id))) {
    const faces = removed.filter((one) => one.user_id === userId).map((one) => one.face);
    const place = next.findIndex((row) => row.user_id === userId);
    const before = next[place] ?? gone.get(userId);
    if (!before) continue;
    const row = { ...before, ...withThem(before, faces), finished: false };
    if (place >= 0) next[place] = row;
    else next.unshift(row);
  }
  return next;
}

/** Those that are more like somebody else stand in that one's row. */
export function ownOnly(said: Bands): Bands {
  const own = (band: BandName) =>
    said[band].filter((face) => !face.rivals.some((rival) => rival.percent > face.percent));
  return { likely: own('likely'), maybe: own('maybe'), unlikely: own('unlikely') };
}

/** What the server says of a row now, without faces whose answer is on its way. */
export function renewed(row: Row, said: Bands, waiting: ReadonlySet<string>, asked: number): Row {
  const full = countOf(said) >= asked;
  return { ...row, ...without(banded(ownOnly(said)), waiting), full, finished: false };
}

function withThem(bands: Bands, faces: readonly Suggested[]): Bands {
  const known = new Set(BANDS.flatMap((band) => bands[band].map((face) => face.face_id)));
  const fresh = faces.filter((face) => !known.has(face.face_id));
  const joined = (band: BandName) =>
    ascending([...bands[band], ...fresh.filter((face) => face.band === band)]);
  return { likely: joined('likely'), maybe: joined('maybe'), unlikely: joined('unlikely') };
}

function banded(said: Bands): Bands {
  return {
    likely: ascending(said.likely),
    maybe: ascending(said.maybe),
    unlikely: ascending(said.unlikely),
  };
}

function without(bands: Bands, faceIds: ReadonlySet<string>): Bands {
  const left = (band: BandName) => bands[band].filter((face) => !has(faceIds, face));
  return { likely: left('likely'), maybe: left('maybe'), unlikely: left('unlikely') };
}

const has = (faceIds: ReadonlySet<string>, face: Suggested): boolean =>
  face.face_id !== null && faceIds.has(face.face_id);

/** The least certain first: if that one is right, so are the others. Always in the same order. */
const ascending = (faces: readonly Suggested[]): Suggested[] =>
  [...faces].sort(
    (one, other) =>
      one.percent - other.percent || ((one.face_id ?? '') < (other.face_id ?? '') ? -1 : 1),
  );
