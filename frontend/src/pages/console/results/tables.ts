/** Any answer as tables: each list of objects one table, what is left over one list of facts. */
import type { Json, JsonObject } from '../../../api/console';
import { isObject, words } from './json';
import type { Fact } from './rows';

export interface PlainTable {
  title: string;
  columns: string[];
  rows: string[][];
}

const MOST_COLUMNS = 6;

export function tablesOf(output: JsonObject): { tables: PlainTable[]; facts: Fact[] } {
  const tables: PlainTable[] = [];
  const facts: Fact[] = [];
  for (const [name, value] of Object.entries(output)) {
    if (Array.isArray(value)) tables.push(tableOf(name, value));
    else if (isObject(value)) facts.push(...factsOf(value, `${words(name)}: `));
    else facts.push({ name: words(name), value: plain(value) });
  }
  return { tables, facts };
}

function tableOf(name: string, items: Json[]): PlainTable {
  const objects = items.filter(isObject);
  if (objects.length === 0) {
    return { title: words(name), columns: [words(name)], rows: items.map((one) => [plain(one)]) };
  }
  const columns = [...new Set(objects.flatMap((one) => Object.keys(one)))].slice(0, MOST_COLUMNS);
  return {
    title: words(name),
    columns: columns.map(words),
    rows: objects.map((one) => columns.map((column) => plain(one[column]))),
  };
}

function factsOf(value: JsonObject, before: string): Fact[] {
  return Object.entries(value).map(([name, one]) => ({
    name: before + words(name).toLowerCase(),
    value: plain(one),
  }));
}

function plain(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
