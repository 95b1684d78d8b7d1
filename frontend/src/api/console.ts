import { client } from './client';

export interface Operation {
  name: string;
  implemented: boolean;
  group: string;
  /** How many pictures a call takes. */
  images: 0 | 1 | 2;
  /** What differs from AWS, or what it waits for. */
  note: string;
  /** An input that says how it is asked, without the pictures. */
  sample: JsonObject;
}

/** A JSON object, as the AWS API has them. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export interface ConsoleAnswer {
  output: JsonObject;
  request_id: string;
  timing_ms: Record<string, number>;
}

export interface Sample {
  name: string;
  title?: string;
}

export const listOperations = (): Promise<Operation[]> =>
  client.get<Operation[]>('/api/operations');

export const callOperation = (
  operation: string,
  input: JsonObject,
  signal?: AbortSignal,
): Promise<ConsoleAnswer> =>
  client.post<ConsoleAnswer>(`/api/console/${encodeURIComponent(operation)}`, {
    body: input,
    ...(signal ? { signal } : {}),
  });

/** Pictures to try things with; a server without the samples pack has none. */
export const listSamples = (): Promise<{ samples: Sample[] }> =>
  client.get<{ samples: Sample[] }>('/api/console/samples');

export const sampleAddress = (name: string): string =>
  `/api/console/samples/${encodeURIComponent(name)}`;
