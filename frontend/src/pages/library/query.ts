/** What a person looks for, as the address of the page holds it. Pure. */
import type { SearchAsked } from '../../api/library';

export const FILTERS = [
  'person',
  'role',
  'label',
  'category',
  'moderation',
  'text',
  'name',
  'media',
  'source',
] as const;
export type FilterField = (typeof FILTERS)[number];

export const SORTS = ['relevance', 'newest', 'oldest', 'confidence'] as const;
export type Sort = (typeof SORTS)[number];

export interface LibraryQuery {
  words: string;
  /** Values that must be there; one that begins with `-` must not. */
  filters: Readonly<Partial<Record<FilterField, readonly string[]>>>;
  /** Days, `2026-11-22`; `until` is the last day, itself included. */
  from: string;
  until: string;
  /** 0 to 100. */
  minConfidence: number;
  sort: Sort;
  /** An asset or a face that others are to be like; words and filters rest meanwhile. */
  like: string;
  face: string;
}

export const NOTHING: LibraryQuery = {
  words: '',
  filters: {},
  from: '',
  until: '',
  minConfidence: 0,
  sort: 'relevance',
  like: '',
  face: '',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whatever somebody typed into the address; what makes no sense counts as absent. */
export function readQuery(said: URLSearchParams): LibraryQuery {
  const filters: Partial<Record<FilterField, readonly string[]>> = {};
  for (const field of FILTERS) {
    const values = [...new Set(said.getAll(field).filter((value) => value.replace(/^-/, '')))];
    if (values.length > 0) filters[field] = values;
  }
  const sort = said.get('sort') as Sort | null;
  const least = Number(said.get('min') ?? 0);
  return {
    words: said.get('q') ?? '',
    filters,
    from: dayOf(said.get('from')),
    until: dayOf(said.get('until')),
    minConfidence: Number.isFinite(least) ? Math.min(100, Math.max(0, Math.round(least))) : 0,
    sort: sort && SORTS.includes(sort) ? sort : 'relevance',
    like: said.get('like') ?? '',
    face: said.get('face') ?? '',
  };
}

/** The same query always gives the same text, without a question mark. */
export function writeQuery(query: LibraryQuery): string {
  const said = new URLSearchParams();
  if (query.words) said.set('q', query.words);
  for (const field of FILTERS) {
    for (const value of query.filters[field] ?? []) said.append(field, value);
  }
  if (query.from) said.set('from', query.from);
  if (query.until) said.set('until', query.until);
  if (query.minConfidence > 0) said.set('min', String(query.minConfidence));
  if (query.sort !== 'relevance') said.set('sort', query.sort);
  if (query.like) said.set('like', query.like);
  if (query.face) said.set('face', query.face);
  return said.toString();
}

export function libraryAddress(query: LibraryQuery): string {
  const said = writeQuery(query);
  return said ? `/library?${said}` : '/library';
}

/** The page of an asset. It knows what was looked for and the place in it, for the way back and for
 * the neighbours; `at` is a moment of a film in milliseconds. */
export function assetAddress(
  assetId: string,
  query: LibraryQuery = NOTHING,
  { place, at }: { place?: number; at?: number } = {},
): string {
  const said = new URLSearchParams(writeQuery(query));
  if (place !== undefined) said.set('n', String(place));
  if (at !== undefined) said.set('t', String(Math.round(at)));
  const text = said.toString();
  return `/library/assets/${encodeURIComponent(assetId)}${text ? `?${text}` : ''}`;
}

/** What the server is asked. Days begin and end where the reader is. */
export function askedOf(query: LibraryQuery): SearchAsked {
  const asked: SearchAsked = { ...query.filters };
  if (query.words.trim()) asked.q = query.words.trim();
  if (query.from) asked.from = startOfDay(query.from).toISOString();
  if (query.until) asked.to = startOfDay(query.until, 1).toISOString();
  if (query.minConfidence > 0) asked.min_confidence = query.minConfidence;
  if (query.sort !== 'relevance') asked.sort = query.sort;
  return asked;
}

export function isAsking(query: LibraryQuery): boolean {
  return writeQuery({ ...query, sort: 'relevance' }) !== '';
}

export const hasValue = (query: LibraryQuery, field: FilterField, value: string): boolean =>
  query.filters[field]?.includes(value) ?? false;

/** With the value if it was not there, without it if it was; its opposite goes either way. */
export function toggled(query: LibraryQuery, field: FilterField, value: string): LibraryQuery {
  const opposite = value.startsWith('-') ? value.slice(1) : `-${value}`;
  const kept = (query.filters[field] ?? []).filter((one) => one !== opposite && one !== value);
  const values = hasValue(query, field, value) ? kept : [...kept, value];
  return withValues(query, field, values);
}

function withValues(
  query: LibraryQuery,
  field: FilterField,
  values: readonly string[],
): LibraryQuery {
  const filters = { ...query.filters };
  if (values.length > 0) filters[field] = values;
  else delete filters[field];
  return { ...query, filters };
}

/** How many filters are on, words and order not counted. */
export function filterCount(query: LibraryQuery): number {
  const values = FILTERS.reduce((sum, field) => sum + (query.filters[field]?.length ?? 0), 0);
  return values + (query.from || query.until ? 1 : 0) + (query.minConfidence > 0 ? 1 : 0);
}

/** The first and the last day of `2026-11` or `2026`. */
export function daysOf(period: string): { from: string; until: string } | null {
  const [year, month] = period.split('-').map(Number);
  if (!year || (month !== undefined && !(month >= 1 && month <= 12))) return null;
  const last = month ? new Date(Date.UTC(year, month, 0)) : new Date(Date.UTC(year, 11, 31));
  const first = month ? new Date(Date.UTC(year, month - 1, 1)) : new Date(Date.UTC(year, 0, 1));
  return { from: first.toISOString().slice(0, 10), until: last.toISOString().slice(0, 10) };
}

/** What is typed without its last word: that one became a filter. */
export function withoutLastWord(words: string): string {
  return words.replace(/\S+\s*$/, '').trimEnd();
}

export function lastWord(words: string): string {
  return /\s$/.test(words) ? '' : (/(\S+)$/.exec(words)?.[1] ?? '');
}

function dayOf(text: string | null): string {
  return text && DAY.test(text) && !Number.isNaN(startOfDay(text).getTime()) ? text : '';
}

/** Midnight where the reader is; some days are 23 or 25 hours long. */
function startOfDay(day: string, later = 0): Date {
  const start = new Date(`${day}T00:00:00`);
  start.setDate(start.getDate() + later);
  return start;
}
