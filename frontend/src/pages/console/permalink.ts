/** What is asked, in the address of the page: everything but the pictures. */
import type { Entry } from './entries';

export interface Kept {
  values: Record<string, string>;
  confidence: number | null;
  limit: number | null;
}

/** Only what differs from how the entry begins. */
export function toQuery(
  entry: Entry,
  {
    values,
    confidence,
    limit,
  }: { values: Record<string, string>; confidence: number; limit: number },
): string {
  const query = new URLSearchParams({ op: entry.id });
  if (entry.confidence && confidence !== entry.confidence.initial)
    query.set('min', `${confidence}`);
  if (entry.limit && limit !== entry.limit.initial) query.set('max', `${limit}`);
  for (const field of entry.fields) {
    const value = values[field.path] ?? '';
    if (value !== (field.initial ?? '')) query.set(field.path || 'input', value);
  }
  return query.toString();
}

export function fromQuery(entry: Entry, query: URLSearchParams): Kept {
  const values: Record<string, string> = {};
  for (const field of entry.fields) {
    values[field.path] = query.get(field.path || 'input') ?? field.initial ?? '';
  }
  return { values, confidence: percent(query.get('min')), limit: percent(query.get('max')) };
}

function percent(text: string | null): number | null {
  const value = text === null ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 && value <= 100 ? value : null;
}
