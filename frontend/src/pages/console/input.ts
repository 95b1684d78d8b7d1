/** From what is filled in to the input of a call, and to what is shown of it. */
import type { Json, JsonObject } from '../../api/console';
import type { Entry, FieldSpec } from './entries';

/** A picture inside an input, before it becomes base64. */
export class PictureBytes {
  constructor(
    readonly fileName: string,
    readonly byteCount: number,
  ) {}
}

/** A picture that the server fetches from a bucket itself. */
export interface StoredPicture {
  bucket: string;
  name: string;
}

/** An input in which pictures are still pictures. */
export type Draft = { [name: string]: DraftValue };
export type DraftValue = null | boolean | number | string | PictureBytes | DraftValue[] | Draft;

export interface Settings {
  values: Readonly<Record<string, string>>;
  confidence: number;
  limit: number;
}

export class FieldProblem extends Error {
  constructor(
    readonly path: string,
    message: string,
  ) {
    super(message);
    this.name = 'FieldProblem';
  }
}

const IMAGE_MEMBERS: Record<number, readonly string[]> = {
  0: [],
  1: ['Image'],
  2: ['SourceImage', 'TargetImage'],
};

/** The call as the person sees it. Raises FieldProblem for what is missing or malformed. */
export function draftOf(
  entry: Entry,
  settings: Settings,
  pictures: readonly (PictureBytes | StoredPicture | null)[],
): Draft {
  const draft: Draft = {};
  for (const [index, member] of (IMAGE_MEMBERS[entry.images] ?? []).entries()) {
    const picture = pictures[index];
    if (picture) draft[member] = imageOf(picture);
  }
  Object.assign(draft, structuredClone(entry.fixed ?? {}));
  for (const field of entry.fields) {
    const value = valueOf(field, settings.values[field.path] ?? '');
    if (value !== null) put(draft, field.path, value);
  }
  const { confidence, limit } = entry;
  if (confidence?.path) put(draft, confidence.path, settings.confidence);
  if (limit?.path) put(draft, limit.path, settings.limit);
  return draft;
}

function imageOf(picture: PictureBytes | StoredPicture): Draft {
  if (picture instanceof PictureBytes) return { Bytes: picture };
  return { S3Object: { Bucket: picture.bucket, Name: picture.name } };
}

/** The call as it is really sent: from the floor of the slider up and with all it can show, so that
 * moving a slider asks nothing. */
export function wideDraft(entry: Entry, draft: Draft): Draft {
  const wide = structuredPictures(draft);
  const { confidence } = entry;
  if (confidence?.path && confidence.floor !== null) put(wide, confidence.path, confidence.floor);
  if (entry.limit?.path && !entry.changes) put(wide, entry.limit.path, entry.limit.most);
  return wide;
}

/** JSON to send; `bytes` gives the base64 of a picture. */
export function inputOf(draft: Draft, bytes: (picture: PictureBytes) => string): JsonObject {
  return Object.fromEntries(
    Object.entries(draft).map(([name, value]) => [name, filled(value, bytes)]),
  );
}

function filled(value: DraftValue, bytes: (picture: PictureBytes) => string): Json {
  if (value instanceof PictureBytes) return bytes(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, bytes));
  return value !== null && typeof value === 'object' ? inputOf(value, bytes) : value;
}

function structuredPictures(draft: Draft): Draft {
  return Object.fromEntries(
    Object.entries(draft).map(([name, value]) => [
      name,
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      !(value instanceof PictureBytes)
        ? structuredPictures(value)
        : value,
    ]),
  );
}

function valueOf(field: FieldSpec, text: string): DraftValue {
  const given = text.trim();
  if (!given) {
    if (field.required) throw new FieldProblem(field.path, `${field.title} is needed.`);
    return null;
  }
  if (field.kind === 'integer') return wholeNumber(field, given);
  if (LISTS.has(field.kind)) return parts(given);
  return field.kind === 'json' ? parsed(field, given) : given;
}

const LISTS: ReadonlySet<FieldSpec['kind']> = new Set(['lines', 'words', 'choices']);

const parts = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((part) => part.trim())
    .filter(Boolean);

function wholeNumber(field: FieldSpec, text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new FieldProblem(field.path, `${field.title} is a whole number.`);
  }
  return Number(text);
}

function parsed(field: FieldSpec, text: string): DraftValue {
  try {
    return JSON.parse(text) as DraftValue;
  } catch {
    throw new FieldProblem(field.path, `${field.title} is not JSON yet.`);
  }
}

/** Sets `a.b.c`, making the objects on the way. The path "" takes the members of an object. */
export function put(draft: Draft, path: string, value: DraftValue): void {
  if (path === '') {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      Object.assign(draft, value);
    }
    return;
  }
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at = draft;
  for (const name of names) {
    const next = at[name];
    at = at[name] =
      next !== null &&
      typeof next === 'object' &&
      !Array.isArray(next) &&
      !(next instanceof PictureBytes)
        ? next
        : {};
  }
  at[last] = value;
}
