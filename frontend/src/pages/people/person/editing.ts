/** What is written down of a person, while somebody changes it: what is sent, and what happens when
 * somebody else changed it meanwhile. What was typed is never lost. */
import type {
  Classification,
  ConsentStatus,
  PersonChange,
  PersonDetail,
} from '../../../api/people';
import { CLASSIFICATION_TITLES } from '../list/query';
import { CONSENT_TITLES, consentText, type ConsentDraft } from './consent';

export interface ProjectRole {
  project: string;
  role: string;
}

/** As it stands in the fields. */
export interface Draft {
  name: string;
  role: string;
  /** One a line, or with commas between. */
  aliases: string;
  birth_year: string;
  notes: string;
  classification: Classification;
  project_roles: readonly ProjectRole[];
  consent: ConsentDraft;
}
export type Field = keyof Draft;

export const FIELD_TITLES: Record<Field, string> = {
  name: 'Name',
  role: 'Role',
  aliases: 'Other names',
  birth_year: 'Year of birth',
  notes: 'Notes',
  classification: 'Classification',
  project_roles: 'Roles in projects',
  consent: 'Consent',
};
const FIELDS = Object.keys(FIELD_TITLES) as Field[];
const YEARS = { first: 1000, last: 2999 };

export function draftOf(detail: PersonDetail): Draft {
  return {
    name: detail.version === 0 ? '' : detail.name,
    role: detail.role ?? '',
    aliases: detail.aliases.join(', '),
    birth_year: detail.birth_year === null ? '' : String(detail.birth_year),
    notes: detail.notes,
    classification: detail.classification,
    project_roles: Object.entries(detail.project_roles).map(([project, role]) => ({
      project,
      role,
    })),
    consent: { ...detail.consent, day: detail.consent.day ?? '' },
  };
}

/** Fields that are not as they were. */
export const changedFields = (base: Draft, draft: Draft): Field[] =>
  FIELDS.filter((field) => meaning(base, field) !== meaning(draft, field));

/** What is wrong with what was typed, by field. */
export function problemsOf(draft: Draft): Partial<Record<Field, string>> {
  const problems: Partial<Record<Field, string>> = {};
  if (draft.name.trim() === '') problems.name = 'A person needs a name.';
  const year = draft.birth_year.trim();
  if (year && !isYear(year)) {
    problems.birth_year = `A year from ${YEARS.first} to ${YEARS.last}, or nothing.`;
  }
  const projects = draft.project_roles.map((one) => one.project.trim().toLowerCase());
  if (projects.some((one, place) => one !== '' && projects.indexOf(one) !== place)) {
    problems.project_roles = 'Each project stands there once.';
  } else if (draft.project_roles.some((one) => one.role.trim() && !one.project.trim())) {
    problems.project_roles = 'A role needs its project.';
  }
  return problems;
}

/** Only what changed, for the server. */
export function changeOf(base: Draft, draft: Draft, version: number): PersonChange {
  const change: PersonChange = { version };
  const fields = new Set(changedFields(base, draft));
  if (fields.has('name')) change.name = draft.name.trim();
  if (fields.has('role')) change.role = draft.role.trim();
  if (fields.has('aliases')) change.aliases = aliasesOf(draft.aliases);
  if (fields.has('birth_year')) change.birth_year = Number(draft.birth_year.trim() || 0);
  if (fields.has('notes')) change.notes = draft.notes;
  if (fields.has('classification')) change.classification = draft.classification;
  if (fields.has('project_roles')) change.project_roles = rolesOf(draft.project_roles);
  if (fields.has('consent')) change.consent = saidOf(draft.consent);
  return change;
}

export interface Clash {
  field: Field;
  title: string;
  /** What somebody else made of it, and what stands in the field. */
  now: string;
  typed: string;
}

/** Fields that somebody else changed and that were changed here, too. */
export function clashesOf(base: Draft, now: Draft, draft: Draft): Clash[] {
  const theirs = new Set(changedFields(base, now));
  return changedFields(base, draft)
    .filter((field) => theirs.has(field) && meaning(now, field) !== meaning(draft, field))
    .map((field) => ({
      field,
      title: FIELD_TITLES[field],
      now: shownText(now, field),
      typed: shownText(draft, field),
    }));
}

/** What was typed, upon what is there now. */
export function rebased(base: Draft, now: Draft, draft: Draft): Draft {
  const kept = new Set(changedFields(base, draft));
  const entries = FIELDS.map((field) => [field, (kept.has(field) ? draft : now)[field]]);
  return Object.fromEntries(entries) as unknown as Draft;
}

/** One field of somebody else's. */
export const takingTheirs = (draft: Draft, now: Draft, field: Field): Draft => ({
  ...draft,
  [field]: now[field],
});

export const aliasesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((one) => one.trim().replace(/\s+/g, ' '))
      .filter(Boolean),
  ),
];

function rolesOf(rows: readonly ProjectRole[]): Record<string, string> {
  const filled = rows.filter((one) => one.project.trim() && one.role.trim());
  return Object.fromEntries(filled.map((one) => [one.project.trim(), one.role.trim()]));
}

/** Of what was never asked there is no day and no note. */
function saidOf({ status, day, note }: ConsentDraft): { status: ConsentStatus } {
  const said = { status, ...(day && { day }), ...(note.trim() && { note: note.trim() }) };
  return status === 'unknown' ? { status } : said;
}

function isYear(text: string): boolean {
  return /^\d{4}$/.test(text) && Number(text) >= YEARS.first && Number(text) <= YEARS.last;
}

/** Equal for what means the same, however it is spaced. */
function meaning(draft: Draft, field: Field): string {
  switch (field) {
    case 'aliases':
      return JSON.stringify(aliasesOf(draft.aliases));
    case 'project_roles':
      return JSON.stringify(Object.entries(rolesOf(draft.project_roles)).sort());
    case 'consent':
      return JSON.stringify(saidOf(draft.consent));
    case 'notes':
      return draft.notes;
    default:
      return draft[field].trim();
  }
}

function shownText(draft: Draft, field: Field): string {
  if (field === 'classification') return CLASSIFICATION_TITLES[draft.classification];
  if (field === 'aliases') return aliasesOf(draft.aliases).join(', ') || 'nothing';
  if (field === 'consent') return consentText(draft.consent) || CONSENT_TITLES.unknown;
  if (field === 'project_roles') {
    const roles = Object.entries(rolesOf(draft.project_roles));
    return roles.map(([project, role]) => `${project}: ${role}`).join(', ') || 'nothing';
  }
  return draft[field].trim() || 'nothing';
}
