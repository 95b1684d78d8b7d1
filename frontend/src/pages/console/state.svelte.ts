/** The console while it is open: what is asked, of which pictures, and what came back. */
import { ApiFailure, messageOf, wasAborted } from '../../api/client';
import {
  callOperation,
  type ConsoleAnswer,
  type JsonObject,
  type Operation,
} from '../../api/console';
import { ENTRIES, type Entry } from './entries';
import {
  draftOf,
  FieldProblem,
  inputOf,
  PictureBytes,
  wideDraft,
  type Draft,
  type StoredPicture,
} from './input';
import { fromQuery } from './permalink';
import { hold, type Held } from './pictures';
import { narrowed } from './results/limits';
import { readView } from './results/read';
import type { View } from './results/rows';

export type Status = 'idle' | 'running' | 'done' | 'failed';
const TYPING_PAUSE_MS = 400;

export class ConsoleState {
  operations = $state.raw<readonly Operation[]>([]);
  entry = $state.raw<Entry>(ENTRIES[0] as Entry);
  values = $state<Record<string, string>>({});
  confidence = $state(0);
  limit = $state(100);
  held = $state.raw<[Held | null, Held | null]>([null, null]);
  /** Pictures that lie in a bucket, where no file was brought. */
  stored = $state.raw<[StoredPicture | null, StoredPicture | null]>([null, null]);
  status = $state<Status>('idle');
  answer = $state.raw<ConsoleAnswer | null>(null);
  failure = $state.raw<{ code: string; message: string } | null>(null);
  problem = $state.raw<FieldProblem | null>(null);
  /** The row that is pointed at, in the list or on a picture. */
  active = $state<string | null>(null);

  private running: AbortController | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  /** All entries: the described ones that the server knows, then the rest of its operations. */
  entries = $derived.by(() => allEntries(this.operations));
  implemented = $derived(
    new Set(this.operations.filter((one) => one.implemented).map((one) => one.name)),
  );
  ready = $derived(
    this.stored.slice(0, this.entry.images).every((one, index) => one || this.held[index]),
  );

  private pictures: readonly (PictureBytes | StoredPicture | null)[] = $derived(
    this.held.map((one, index) =>
      one ? new PictureBytes(one.name, one.blob.size) : (this.stored[index] ?? null),
    ),
  );

  draft: Draft | null = $derived.by(() => {
    const shown = this.pictures.map(
      (one, index) => one ?? new PictureBytes(PLACEHOLDERS[index] ?? '', 0),
    );
    try {
      return draftOf(this.entry, this, shown);
    } catch (reason) {
      if (reason instanceof FieldProblem) return null;
      throw reason;
    }
  });
  /** The answer with the sliders applied. */
  output: JsonObject | null = $derived(
    this.answer &&
      narrowed(this.entry.operation, this.answer.output, {
        confidence: this.entry.confidence ? this.confidence : 0,
        limit: this.entry.limit ? this.limit : Infinity,
      }),
  );
  view: View | null = $derived(
    this.output && this.status !== 'failed' ? readView(this.entry.id, this.output) : null,
  );

  open(id: string | null, query: URLSearchParams): void {
    const entry = this.entries.find((one) => one.id === id) ?? this.entries[0];
    if (!entry) return;
    const kept = fromQuery(entry, query);
    this.entry = entry;
    this.values = this.keepCollection(kept.values);
    this.confidence = kept.confidence ?? entry.confidence?.initial ?? 0;
    this.limit = kept.limit ?? entry.limit?.initial ?? 100;
    this.forgetAnswer();
    if (entry.images > 0) this.runByItself();
    else if (!entry.changes) void this.run({ quietly: true });
  }

  async bring(index: 0 | 1, file: Blob, name: string): Promise<void> {
    const picture = await hold(file, name);
    this.replace(index, picture);
    this.store(index, null);
    this.forgetAnswer();
    this.runByItself();
  }

  point(index: 0 | 1, picture: StoredPicture): void {
    this.replace(index, null);
    this.store(index, picture);
    this.forgetAnswer();
    this.runByItself();
  }

  drop(index: 0 | 1): void {
    this.replace(index, null);
    this.store(index, null);
    this.forgetAnswer();
  }

  swap(): void {
    this.held = [this.held[1], this.held[0]];
    this.stored = [this.stored[1], this.stored[0]];
    this.forgetAnswer();
    this.runByItself();
  }

  /** A field changed: ask again when the typing pauses. */
  changed(): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.runByItself(), TYPING_PAUSE_MS);
  }

  /** A slider moved: only some answers depend on more than a filter. */
  slid(): void {
    if (this.entry.confidence?.floor === null) this.changed();
  }

  runByItself(): void {
    if (this.entry.changes || this.entry.images === 0 || !this.ready) return;
    if (!this.implemented.has(this.entry.operation)) return;
    void this.run({ quietly: true });
  }

  async run({ quietly = false } = {}): Promise<void> {
    clearTimeout(this.waiting);
    const input = this.prepare(quietly);
    if (!input) return;
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.status = 'running';
    try {
      this.answer = await callOperation(this.entry.operation, input, running.signal);
      this.failure = null;
      this.status = 'done';
    } catch (reason) {
      if (!wasAborted(reason) && this.running === running) this.fail(reason);
    }
  }

  close(): void {
    this.running?.abort();
    clearTimeout(this.waiting);
    for (const picture of this.held) if (picture) URL.revokeObjectURL(picture.address);
  }

  private prepare(quietly: boolean): JsonObject | null {
    const pictures = this.pictures;
    try {
      const draft = draftOf(this.entry, this, pictures);
      this.problem = null;
      const bytes = (picture: PictureBytes) => this.held[pictures.indexOf(picture)]?.base64 ?? '';
      return inputOf(wideDraft(this.entry, draft), bytes);
    } catch (reason) {
      if (!(reason instanceof FieldProblem)) throw reason;
      if (!quietly) this.problem = reason;
      return null;
    }
  }

  private fail(reason: unknown): void {
    const code = reason instanceof ApiFailure ? reason.code : 'Error';
    this.failure = { code, message: messageOf(reason) };
    const body =
      reason instanceof ApiFailure ? (reason.body as Partial<ConsoleAnswer> | null) : null;
    this.answer = body?.output
      ? { request_id: '', timing_ms: {}, ...body, output: body.output }
      : null;
    this.status = 'failed';
  }

  private forgetAnswer(): void {
    this.running?.abort();
    this.answer = null;
    this.failure = null;
    this.problem = null;
    this.active = null;
    this.status = 'idle';
  }

  private replace(index: 0 | 1, picture: Held | null): void {
    const before = this.held[index];
    if (before) URL.revokeObjectURL(before.address);
    this.held = index === 0 ? [picture, this.held[1]] : [this.held[0], picture];
  }

  private store(index: 0 | 1, picture: StoredPicture | null): void {
    this.stored = index === 0 ? [picture, this.stored[1]] : [this.stored[0], picture];
  }

  /** From one collection operation to the next, people go on with the same collection. */
  private keepCollection(values: Record<string, string>): Record<string, string> {
    const before = this.values['CollectionId'];
    if (values['CollectionId'] === '' && before) return { ...values, CollectionId: before };
    return values;
  }
}

const PLACEHOLDERS = ['photo.jpg', 'other.jpg'];

/** What the server answers but the table does not describe is asked as JSON. */
function allEntries(operations: readonly Operation[]): Entry[] {
  if (operations.length === 0) return [...ENTRIES];
  const known = new Map(operations.map((one) => [one.name, one]));
  const described = new Set(ENTRIES.map((entry) => entry.operation));
  const rest = operations.filter((one) => !described.has(one.name));
  return [...ENTRIES.filter((entry) => known.has(entry.operation)), ...rest.map(jsonEntry)];
}

function jsonEntry(operation: Operation): Entry {
  return {
    id: operation.name,
    operation: operation.name,
    title: operation.name,
    group: operation.implemented ? 'Other operations' : 'Not built yet',
    about: operation.note,
    images: operation.images,
    changes: true,
    fields: [
      {
        path: '',
        title: 'Input',
        kind: 'json',
        initial: JSON.stringify(operation.sample, null, 2),
        hint: 'JSON, as the AWS API takes it',
      },
    ],
  };
}
