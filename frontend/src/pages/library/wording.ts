/** Words for what was found: fields, reasons, states. Pure. */
import type { Reason } from '../../api/library';
import { dateText } from '../../formatting/times';
import type { IconName } from '../../parts/icons';
import type { FilterField, LibraryQuery, Sort } from './query';

export const FIELD_TITLES: Readonly<Record<FilterField, string>> = {
  person: 'People',
  role: 'Roles',
  label: 'Labels',
  category: 'Categories',
  moderation: 'Moderation',
  text: 'Text',
  name: 'File names',
  media: 'Media',
  source: 'Sources',
};

export const FIELD_ICONS: Readonly<Record<string, IconName>> = {
  person: 'people',
  role: 'people',
  label: 'picture',
  category: 'library',
  moderation: 'warning',
  text: 'text',
  name: 'folder',
  media: 'film',
  source: 'folder',
  date: 'clock',
};

export const FIELD_ONE: Readonly<Record<string, string>> = {
  person: 'person',
  role: 'role',
  label: 'label',
  category: 'category',
  moderation: 'moderation',
  text: 'text',
  name: 'file name',
  media: 'media',
  source: 'source',
  date: 'date',
};

export const SORT_TITLES: Readonly<Record<Sort, string>> = {
  relevance: 'Best match',
  newest: 'Newest',
  oldest: 'Oldest',
  confidence: 'Surest',
};

const MEDIA_TITLES: Readonly<Record<string, string>> = { image: 'Pictures', video: 'Films' };

/** How a value of a field is shown. */
export function valueText(field: string, value: string): string {
  if (field === 'media') return MEDIA_TITLES[value] ?? value;
  if (field === 'source') return shortPath(value);
  return value;
}

/** The end of a long path says the most. */
function shortPath(path: string): string {
  const parts = path.split('/').filter(Boolean);
  if (parts.length <= 2) return path;
  return `…/${parts.slice(-2).join('/')}`;
}

const MONTH = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `2026-11` becomes `November 2026`. */
export function periodText(period: string): string {
  return /^\d{4}-\d{2}$/.test(period) ? MONTH.format(new Date(`${period}-01T00:00:00Z`)) : period;
}

/** The surest first, each word once: a label and the text of a sign may both say "Exit". */
export function shownReasons(reasons: readonly Reason[], most: number): Reason[] {
  const known = new Set<string>();
  return [...reasons]
    .sort((one, other) => (other.confidence ?? 0) - (one.confidence ?? 0))
    .filter((reason) => {
      const key = `${reason.field} ${reason.name.toLowerCase()}`;
      return !known.has(key) && known.add(key);
    })
    .slice(0, most);
}

export function reasonText(reason: Reason): string {
  const through = reason.through ? ` (asked for as “${reason.through}”)` : '';
  const sure = reason.confidence === null ? '' : `, ${Math.round(reason.confidence)} % sure`;
  return `Matched ${FIELD_ONE[reason.field] ?? reason.field} “${reason.name}”${through}${sure}`;
}

/** Dates of a query as a chip says them. */
export function datesText({ from, until }: Pick<LibraryQuery, 'from' | 'until'>): string {
  const day = (text: string) => dateText(`${text}T12:00:00`);
  if (from && until) return from === until ? day(from) : `${day(from)} – ${day(until)}`;
  return from ? `Since ${day(from)}` : `Until ${day(until)}`;
}

const STATES: Readonly<Record<string, string>> = {
  waiting: 'Waiting to be looked at',
  ready: 'Ready',
  failed: 'A stage failed',
  unreadable: 'Cannot be read',
};
export const stateText = (state: string): string => STATES[state] ?? state;
