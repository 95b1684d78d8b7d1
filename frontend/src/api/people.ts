/** The people workspace: who is in the library, who may be, and what is decided about it. Scores are
 * percents 0-100, rates 0-1, boxes ratios 0-1 of the picture, times ISO 8601 in UTC. */
import { client } from './client';
import type { Box, Card } from './library';

export type Classification = 'key' | 'named' | 'unknown' | 'ignored';
export type BandName = 'likely' | 'maybe' | 'unlikely';
export type Verdict = 'open' | 'ignored' | 'not a face' | 'undecided';

/** Where a face is seen. face_id is null for a face that somebody drew and that no likeness finds;
 * then tag_id is not. at_ms: in a film; null in a picture. */
export interface FaceSeen {
  face_id: string | null;
  tag_id: string | null;
  asset_id: string;
  at_ms: number | null;
  quality: number | null;
}

/** Degrees; null for a face whose pose is not known. */
export interface Pose {
  roll: number;
  yaw: number;
  pitch: number;
}

export interface Person {
  user_id: string;
  name: string;
  role: string | null;
  faces: number;
  /** What a change must name, so that who saw an older state changes nothing. */
  version: number;
}

export interface PersonListed extends Person {
  classification: Classification;
  aliases: string[];
  /** A face that shows the person best; null when none is kept. */
  face_id: string | null;
  asset_id: string | null;
}

export interface PersonPage {
  people: PersonListed[];
  total: number;
  next: string | null;
}

export type ConsentStatus = 'given' | 'refused' | 'unknown';
/** Whether somebody agreed to be recognised. day: YYYY-MM-DD. note: where it is written. */
export interface Consent {
  status: ConsentStatus;
  day: string | null;
  note: string;
}

export interface PersonDetail extends PersonListed {
  notes: string;
  birth_year: number | null;
  consent: Consent;
  project_roles: Record<string, string>;
  photos: number;
  drawn: number;
  /** Of the oldest and the newest photo. */
  first_at: string | null;
  last_at: string | null;
}

export interface Candidate {
  user_id: string;
  name: string;
  percent: number;
  /** Of pairs of different people the share that is so much alike. */
  false_match_rate: number;
  band: BandName;
}

export interface Suggested extends FaceSeen {
  percent: number;
  false_match_rate: number;
  band: BandName;
  rivals: Candidate[];
  pose: Pose | null;
}

export interface Bands {
  likely: Suggested[];
  maybe: Suggested[];
  unlikely: Suggested[];
}

export interface ReviewRow extends Bands {
  person: PersonListed;
  /** Of the person, the best first: to compare with. */
  reference: FaceSeen[];
}

export interface Review {
  rows: ReviewRow[];
  /** There are more people with suggestions than were asked for. */
  more: boolean;
}

export interface PersonFace extends FaceSeen {
  /** How like the person's other faces it is; null for a drawn one. */
  percent: number | null;
  false_match_rate: number | null;
  taken_at: string | null;
}

export interface FacesPage<T extends FaceSeen = FaceSeen> {
  faces: T[];
  total: number;
  next: string | null;
}

export interface Group {
  group: number;
  faces: number;
  /** Mean likeness of its faces to their mean; null for a group of one. */
  cohesion: number | null;
  /** green: as alike as faces of one person are; red: look inside before naming. */
  colour: 'green' | 'amber' | 'red';
  shown: FaceSeen[];
  /** Who it may be, best first, at most three. */
  guesses: Candidate[];
}

export interface GroupsPage {
  groups: Group[];
  /** Groups of at least `min_faces`. */
  total: number;
  /** Faces in no group: too poor to found one, or alone. */
  single: number;
  next: string | null;
}

export interface Standing {
  confirmed: number;
  suggested: number;
  unknown: number;
  ignored: number;
  /** suggested and unknown are what a sample says. */
  is_estimate: boolean;
  people: number;
  groups: number;
  can_undo: boolean;
  can_redo: boolean;
}

export interface FaceExplained extends FaceSeen {
  box: Box;
  pose: Pose | null;
  person: Person | null;
  verdict: Verdict;
  group: number | null;
  candidates: Candidate[];
  /** Who it was said not to be. */
  rejected: { user_id: string; name: string }[];
}

export interface Explained {
  probe: FaceExplained;
  person: PersonListed;
  /** The person's face that is most like it; null for a person without another. */
  match: (FaceSeen & { percent: number; pose: Pose | null; box: Box }) | null;
  /** With the mean of the person's faces, which is what decides. */
  percent: number;
  false_match_rate: number;
  band: BandName;
  rivals: Candidate[];
  /** Least percent of each band among so many people. */
  floors: Record<BandName, number>;
  /** Pairs of named faces of this collection: counts from 0 to 100 percent, two percent each. */
  histogram: {
    same_person: number[];
    other_person: number[];
    faces: number;
    is_sample: boolean;
  };
  model: string;
}

/** event_id: null when there was nothing to do. skipped: faces that are gone, or that were left as
 * they were because something said before speaks against it. */
export interface Done {
  event_id: number | null;
  faces: number;
  people: string[];
  skipped: number;
  /** What to tell: "42 faces are Anna now". */
  says: string;
}

export interface HistoryEvent {
  event_id: number;
  at: string;
  /** Access key id, and what people call it. */
  actor: string;
  is_mine: boolean;
  kind: string;
  faces: number;
  people: string[];
  says: string;
  is_undone: boolean;
  /** False once somebody in it was forgotten: it cannot be taken back. */
  is_kept: boolean;
}

export interface HistoryPage {
  events: HistoryEvent[];
  next: string | null;
}

export interface Forgotten {
  faces: number;
  /** Byte strings that were looked for in all files, and where one was found: 0 if all is well. */
  needles: number;
  traces: number;
}

/** override: also where it speaks against it that the person is in the photo already (a mirror, a
 * photo in a photo). Without it the server answers 409 `twice_in_photo`. */
export type Decision =
  | { do: 'name'; name: string; role?: string; override?: boolean }
  | { do: 'confirm' | 'move'; user_id: string; override?: boolean }
  | { do: 'reject'; user_id: string }
  | { do: 'unname' | 'split' | 'ignore' | 'not_a_face' | 'undecided' | 'reopen' };

export type GroupDecision =
  | { do: 'name'; name: string; role?: string; override?: boolean }
  | { do: 'confirm'; user_id: string; override?: boolean }
  | { do: 'ignore' | 'not_a_face' | 'undecided' };

export interface PersonChange {
  version: number;
  name?: string;
  role?: string;
  aliases?: string[];
  notes?: string;
  /** 0 takes it away. */
  birth_year?: number;
  classification?: Classification;
  project_roles?: Record<string, string>;
  /** What is absent of day and note is taken away. */
  consent?: { status: ConsentStatus; day?: string; note?: string };
  /** A face of theirs. */
  portrait?: string;
}

const LIBRARY = '/api/library';
const person = (userId: string) => `${LIBRARY}/people/${encodeURIComponent(userId)}`;

/* Reading */

export const standing = (signal?: AbortSignal): Promise<Standing> =>
  client.get(`${LIBRARY}/standing`, { signal });

/** q: part of a name, alias or role; best matches first. */
export const findPeople = (
  asked: {
    q?: string;
    classification?: Classification;
    sort?: 'faces' | 'name' | 'recent';
    limit?: number;
    after?: string | null;
  },
  signal?: AbortSignal,
): Promise<PersonPage> => client.get(`${LIBRARY}/people`, { query: asked, signal });

export const personDetail = (userId: string, signal?: AbortSignal): Promise<PersonDetail> =>
  client.get(person(userId), { signal });

export const personFaces = (
  userId: string,
  asked: { sort?: 'similarity' | 'date' | 'quality'; limit?: number; after?: string | null },
  signal?: AbortSignal,
): Promise<FacesPage<PersonFace>> =>
  client.get(`${person(userId)}/faces`, { query: asked, signal });

export const personPhotos = (
  userId: string,
  asked: { limit?: number; after?: string | null },
  signal?: AbortSignal,
): Promise<{ assets: Card[]; total: number; next: string | null }> =>
  client.get(`${person(userId)}/photos`, { query: asked, signal });

/** Faces least like the person's others, least first. */
export const possiblyWrong = (
  userId: string,
  signal?: AbortSignal,
): Promise<{ faces: PersonFace[] }> => client.get(`${person(userId)}/doubts`, { signal });

export const suggestionsFor = (
  userId: string,
  asked: { limit?: number } = {},
  signal?: AbortSignal,
): Promise<Bands> => client.get(`${person(userId)}/suggestions`, { query: asked, signal });

/** People with suggestions, those with most first. without: people whose rows are there already; in
 * the body, since an address does not bear many. */
export const review = (
  asked: { limit?: number; faces?: number; without?: readonly string[] },
  signal?: AbortSignal,
): Promise<Review> => client.post(`${LIBRARY}/review`, { body: asked, signal });

export const findGroups = (
  asked: { min_faces?: number; limit?: number; after?: string | null },
  signal?: AbortSignal,
): Promise<GroupsPage> => client.get(`${LIBRARY}/groups`, { query: asked, signal });

export const groupFaces = (
  group: number,
  asked: { limit?: number; after?: string | null } = {},
  signal?: AbortSignal,
): Promise<FacesPage> => client.get(`${LIBRARY}/groups/${group}/faces`, { query: asked, signal });

/** state: `single` are unknown faces in no group. */
export const facesByState = (
  asked: {
    state: 'single' | 'ignored' | 'not a face' | 'undecided';
    limit?: number;
    after?: string | null;
  },
  signal?: AbortSignal,
): Promise<FacesPage> => client.get(`${LIBRARY}/faces`, { query: asked, signal });

export const faceExplained = (faceId: string, signal?: AbortSignal): Promise<FaceExplained> =>
  client.get(`${LIBRARY}/faces/${faceId}`, { signal });

export const explain = (faceId: string, userId: string, signal?: AbortSignal): Promise<Explained> =>
  client.get(`${LIBRARY}/faces/${faceId}/explain`, { query: { person: userId }, signal });

export const history = (
  asked: { limit?: number; after?: string | null },
  signal?: AbortSignal,
): Promise<HistoryPage> => client.get(`${LIBRARY}/history`, { query: asked, signal });

/* Deciding. 409: `twice_in_photo` and `rejected_before` can be overridden; `conflict` says that
 * somebody changed it meanwhile: look again. */

export const decide = (faceIds: readonly string[], decision: Decision): Promise<Done> =>
  client.post(`${LIBRARY}/faces/decide`, { body: { face_ids: faceIds, ...decision } });

export const decideGroup = (group: number, decision: GroupDecision): Promise<Done> =>
  client.post(`${LIBRARY}/groups/${group}/decide`, { body: decision });

export const changePerson = (userId: string, change: PersonChange): Promise<Done> =>
  client.post(person(userId), { body: change });

/** The first becomes the second, who keeps the name. */
export const mergePeople = (
  userId: string,
  body: { into: string; version: number; into_version: number; override?: boolean },
): Promise<Done> => client.post(`${person(userId)}/merge`, { body });

/** For ever: faces, vectors, name, and what was decided. Cannot be undone. */
export const forgetPerson = (userId: string): Promise<Forgotten> => client.delete(person(userId));

/** A face that was drawn. searchable: a face was seen there after all, so likeness finds it. */
export const drawFace = (
  assetId: string,
  body: { box: Box; name: string; role?: string; override?: boolean },
): Promise<Done & { face_id: string | null; tag_id: string | null; searchable: boolean }> =>
  client.post(`${LIBRARY}/assets/${assetId}/tags`, { body });

export const removeTag = (tagId: string): Promise<Done> =>
  client.delete(`${LIBRARY}/tags/${tagId}`);

/** The last that this key did. */
export const undo = (): Promise<Done> => client.post(`${LIBRARY}/history/undo`);
export const redo = (): Promise<Done> => client.post(`${LIBRARY}/history/redo`);
export const revert = (eventId: number): Promise<Done> =>
  client.post(`${LIBRARY}/history/${eventId}/revert`);

/* Recognising */

export interface RecogniseEstimate {
  /** Pictures and films. */
  photos: number;
  /** Looked through for faces already; they are left out. */
  already: number;
  to_do: number;
  faces_expected: number;
  /** This library's own photos say how many faces there are in one. */
  is_measured: boolean;
  seconds_expected: number;
  /** What Rekognition would charge for them (IndexFaces and SearchUsers), and what a service that
   * charges for each face would. */
  aws_usd: number;
  per_face_usd: number;
  per_face_service: string;
}

export interface RecogniseRun {
  run_id: string;
  state: 'running' | 'done' | 'cancelled';
  /** Without those that were looked through before (`already`). */
  photos: number;
  already: number;
  done: number;
  failed: number;
  faces: number;
  faces_per_second: number | null;
  seconds_left: number | null;
  /** Of the faces that were found: who they are likely to be, or may be. */
  suggested: number;
  unknown: number;
  /** Who has a name by now. */
  named: number;
  /** named, suggested and unknown are what a sample says. */
  is_estimate: boolean;
  created_at: string;
  ended_at: string | null;
}

/** Of one call. */
export const MOST_RECOGNISED = 100_000;

/** all: every photo that was not looked through. */
export const estimateRecognition = (
  asked: { asset_ids: readonly string[] } | { all: true },
  signal?: AbortSignal,
): Promise<RecogniseEstimate> =>
  client.post(`${LIBRARY}/recognise/estimate`, { body: asked, signal });

export const startRecognition = (
  asked: { asset_ids: readonly string[] } | { all: true },
): Promise<RecogniseRun> => client.post(`${LIBRARY}/recognise`, { body: asked });

export const listRecognition = (): Promise<{ runs: RecogniseRun[] }> =>
  client.get(`${LIBRARY}/recognise`);

export const cancelRecognition = (runId: string): Promise<RecogniseRun> =>
  client.post(`${LIBRARY}/recognise/${runId}/cancel`);
