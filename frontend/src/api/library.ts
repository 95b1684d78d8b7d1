/** The media library. Scores are percents 0-100, boxes are ratios 0-1 of the picture, times are
 * ISO 8601 in UTC. */
import { client, queryString, type Query } from './client';

export type Media = 'image' | 'video';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface LibraryState {
  name: string;
  total: number;
  ready: number;
  waiting: number;
  failed: number;
  unreadable: number;
  faces: number;
  bytes: number;
  indexing: { active: boolean; images_per_second: number | null; seconds_left: number | null };
  aws_price_usd: number;
  settings: LibrarySettings;
}

/** faces: looked for as assets come, or when somebody asks. */
export interface LibrarySettings {
  faces: 'always' | 'asked';
}

export interface LibrarySource {
  source_id: string;
  kind: 'folder' | 'bucket' | 'upload';
  location: string;
  watched: boolean;
  scanned_at: string | null;
  /** What went wrong the last time it was looked through, or empty. */
  message: string;
}

export interface Card {
  asset_id: string;
  media: Media;
  state: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  taken_at: string | null;
  name: string;
}

export interface Reason {
  field: string;
  name: string;
  confidence: number | null;
  through: string | null;
}

export interface Hit extends Card {
  reasons: Reason[];
}

export interface FacetValue {
  value: string;
  count: number;
}

export interface Found {
  total: number;
  took_ms: number;
  hits: Hit[];
  facets?: Record<string, FacetValue[]>;
}

export interface SearchAsked {
  q?: string;
  label?: readonly string[];
  category?: readonly string[];
  person?: readonly string[];
  role?: readonly string[];
  moderation?: readonly string[];
  media?: readonly string[];
  source?: readonly string[];
  text?: readonly string[];
  name?: readonly string[];
  from?: string;
  to?: string;
  min_confidence?: number;
  sort?: string;
  limit?: number;
  offset?: number;
  facets?: 0 | 1;
}

export interface Suggestion {
  field: string;
  value: string;
  count: number;
}

export interface StageRun {
  stage: string;
  version: string;
  state: string;
  attempts: number;
  /** Why it failed, or empty. */
  message: string;
  took_ms: number;
  ended_at: string;
}

export interface AssetLabel {
  name: string;
  confidence: number;
  parents: string[];
  aliases: string[];
  categories: string[];
  boxes: (Box & { confidence: number })[];
}

export interface AssetModeration {
  name: string;
  parent: string;
  level: number;
  confidence: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface AssetText {
  text: string;
  confidence: number;
  polygon: Point[];
  words: { text: string; confidence: number; polygon: Point[] }[];
}

export interface AssetFace {
  /** Null for a face that was too poor to keep; then `refused` says why. */
  face_id: string | null;
  box: Box;
  confidence: number;
  age: { low: number; high: number } | null;
  gender: { value: string; confidence: number } | null;
  emotions: { name: string; confidence: number }[];
  answers: Record<string, { value: boolean; confidence: number }>;
  pose: { roll: number; yaw: number; pitch: number } | null;
  quality: { brightness: number; sharpness: number } | null;
  person: { user_id: string; name: string; role: string | null } | null;
  guess: { user_id: string; name: string; percent: number } | null;
  refused: string[];
  /** What was said of a face that is nobody's: 'open', 'ignored', 'not a face', 'undecided'. */
  verdict?: string;
}

/** A face that somebody drew where none was seen: found by name, never by likeness. */
export interface DrawnFace {
  tag_id: string;
  box: Box;
  person: { user_id: string; name: string; role: string | null };
}

export interface Lane {
  kind: string;
  name: string;
  user_id: string | null;
  face_id: string | null;
  stretches: { start_ms: number; end_ms: number; confidence: number; best_ms: number }[];
  screen_percent: number;
  /** When and where a person is seen best; null in films that were looked through earlier. */
  best: { at_ms: number; box: Box } | null;
}

export interface AssetDetail extends Card {
  created_at: string;
  byte_count: number;
  format: string | null;
  camera: string | null;
  frame_rate: string | null;
  places: { source_id: string; kind: string; location: string; path: string }[];
  stages: StageRun[];
  labels: AssetLabel[];
  moderation: AssetModeration[];
  text: AssetText[];
  colors: { hex: string; name: string; percent: number }[];
  quality: { brightness: number; sharpness: number; contrast: number | null } | null;
  faces: AssetFace[];
  drawn?: DrawnFace[];
  lanes: Lane[];
  /** Why a film was not looked through to its end. */
  broke_off: string[];
  /** Stages that wait for somebody to ask for the faces. */
  not_asked: string[];
}

export interface AlikeHit extends Card {
  percent: number;
}

export interface Failure {
  asset_id: string;
  name: string;
  media: Media;
  stage: string;
  message: string;
  attempts: number;
  ended_at: string;
}

export interface FailurePage {
  failures: Failure[];
  next: string | null;
}

const at = (assetId: string): string => `/api/library/assets/${encodeURIComponent(assetId)}`;
const signalled = (signal?: AbortSignal): { signal?: AbortSignal } => (signal ? { signal } : {});

export const libraryState = (): Promise<LibraryState> => client.get('/api/library');

export const setLibrary = (body: LibrarySettings): Promise<LibrarySettings> =>
  client.post('/api/library/settings', { body });

export const listSources = (): Promise<{ sources: LibrarySource[] }> =>
  client.get('/api/library/sources');
export const addSource = (body: {
  kind: 'folder' | 'bucket';
  location: string;
  watched: boolean;
}): Promise<LibrarySource> => client.post('/api/library/sources', { body });
export const removeSource = (sourceId: string): Promise<{ removed: number }> =>
  client.delete(`/api/library/sources/${encodeURIComponent(sourceId)}`);
export const scanSource = (sourceId: string): Promise<{ started: boolean }> =>
  client.post(`/api/library/sources/${encodeURIComponent(sourceId)}/scan`);

export const upload = (file: File): Promise<{ asset_id: string; state: string; known: boolean }> =>
  client.post('/api/library/uploads', { query: { name: file.name }, raw: file });

export const assetDetail = (assetId: string, signal?: AbortSignal): Promise<AssetDetail> =>
  client.get(at(assetId), signalled(signal));
export interface Receipt {
  assets: number;
  places: number;
  faces: number;
  /** Who lost a face by it. */
  people: number;
}
export const removeAsset = (assetId: string): Promise<{ receipt: Receipt }> =>
  client.delete(at(assetId));
export const retryAsset = (assetId: string): Promise<{ retried: number }> =>
  client.post(`${at(assetId)}/retry`);

export const search = (asked: SearchAsked, signal?: AbortSignal): Promise<Found> =>
  client.get('/api/library/search', { query: { ...asked } satisfies Query, ...signalled(signal) });
/** Ids alone, ten thousand at a time, in the order of the search. */
export const searchIds = (
  asked: SearchAsked,
  signal?: AbortSignal,
): Promise<{ total: number; asset_ids: string[] }> =>
  client.get('/api/library/search/ids', {
    query: { ...asked } satisfies Query,
    ...signalled(signal),
  });
export const suggest = (q: string, signal?: AbortSignal): Promise<{ suggestions: Suggestion[] }> =>
  client.get('/api/library/suggest', { query: { q }, ...signalled(signal) });
export const similarAssets = (
  assetId: string,
  limit = 24,
  signal?: AbortSignal,
): Promise<{ hits: AlikeHit[] }> =>
  client.get(`${at(assetId)}/similar`, { query: { limit }, ...signalled(signal) });
export const similarFaces = (
  faceId: string,
  limit = 24,
  signal?: AbortSignal,
): Promise<{ hits: (AlikeHit & { face_id: string })[] }> =>
  client.get(`/api/library/faces/${encodeURIComponent(faceId)}/similar`, {
    query: { limit },
    ...signalled(signal),
  });
export const listFailures = (asked: { limit?: number; after?: string | null }) =>
  client.get<FailurePage>('/api/library/failures', { query: { ...asked } });
export const retryFailures = (): Promise<{ retried: number }> =>
  client.post('/api/library/failures/retry');

export const pictureAddress = (assetId: string, size: 'thumb' | 'proxy' | 'full'): string =>
  `${at(assetId)}/picture${queryString({ size })}`;
/** A frame of a film. */
export const momentAddress = (assetId: string, atMs: number, size: 'thumb' | 'proxy'): string =>
  `${at(assetId)}/picture${queryString({ size, at: Math.max(0, Math.round(atMs)) })}`;
export const faceAddress = (assetId: string, faceId: string): string =>
  `${at(assetId)}/face/${encodeURIComponent(faceId)}`;
export const videoAddress = (assetId: string): string => `${at(assetId)}/video`;

/** Photos that belong together, best first. `merit`: how good a photo it is, 0-100. */
export interface Choice {
  shots: (Card & { merit: number })[];
}
export const listBursts = (signal?: AbortSignal): Promise<{ groups: Choice[] }> =>
  client.get('/api/library/bursts', signalled(signal));
export const listDuplicates = (signal?: AbortSignal): Promise<{ groups: Choice[] }> =>
  client.get('/api/library/duplicates', signalled(signal));

export interface CropAsked {
  width: number;
  height: number;
  keep: '' | 'faces' | 'clear';
  gravity: 'centre' | 'top' | 'bottom' | 'left' | 'right';
}
export const cropAddress = (assetId: string, asked: CropAsked): string =>
  `${at(assetId)}/crop${queryString({ ...asked })}`;
