/** One way to the server: JSON in, JSON out, the cross-site token on whatever changes something. */

export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** The whole answer, when it was JSON. */
  readonly body: unknown;

  constructor(status: number, code: string, message: string, body: unknown = null) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

export type Query = Record<
  string,
  string | number | boolean | readonly string[] | null | undefined
>;

export interface Asked {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is: an upload. */
  raw?: Blob;
  signal?: AbortSignal;
}

const QUIET_STATUS = new Map([
  [413, 'That is larger than the server accepts.'],
  [429, 'The server is busy. Wait a moment and try again.'],
  [502, 'The server does not answer. Is `eyebright serve` running?'],
  [503, 'The server is busy. Wait a moment and try again.'],
]);

class Client {
  csrfToken = '';
  /** Called when the server says that nobody is signed in. */
  whenSignedOut: () => void = () => {};

  get<T>(path: string, asked: Asked = {}): Promise<T> {
    return this.ask<T>('GET', path, asked);
  }
  post<T>(path: string, asked: Asked = {}): Promise<T> {
    return this.ask<T>('POST', path, asked);
  }
  delete<T>(path: string, asked: Asked = {}): Promise<T> {
    return this.ask<T>('DELETE', path, asked);
  }

  private async ask<T>(method: string, path: string, asked: Asked): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET') headers['X-CSRF-Token'] = this.csrfToken;
    const init: RequestInit = { method, headers, credentials: 'same-origin' };
    if (asked.body !== undefined) {
      headers['Content-Type'] = 'application/json';
      init.body = JSON.stringify(asked.body);
    } else if (asked.raw) {
      headers['Content-Type'] = asked.raw.type || 'application/octet-stream';
      init.body = asked.raw;
    }
    if (asked.signal) init.signal = asked.signal;
    const response = await this.fetch(path + queryString(asked.query), init);
    if (!response.ok) throw await this.failure(response, path);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }

  private async fetch(address: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(address, init);
    } catch (reason) {
      if (reason instanceof DOMException && reason.name === 'AbortError') throw reason;
      throw new ApiFailure(
        0,
        'Unreachable',
        'The server cannot be reached. Check that `eyebright serve` is running.',
      );
    }
  }

  private async failure(response: Response, path: string): Promise<ApiFailure> {
    const failure = await readFailure(response);
    if (response.status === 401 && path !== '/api/session') this.whenSignedOut();
    return failure;
  }
}

export const client = new Client();

/** `?a=1&b=x&b=y`; what is null, undefined or "" is left out. */
export function queryString(query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const one of value) parameters.append(name, String(one));
    else parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

async function readFailure(response: Response): Promise<ApiFailure> {
  const plain = QUIET_STATUS.get(response.status) ?? `The server answered ${response.status}.`;
  try {
    const body: unknown = await response.json();
    const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
    if (typeof error?.code === 'string') {
      return new ApiFailure(response.status, error.code, String(error.message || plain), body);
    }
  } catch {
    // Not JSON: a proxy in between, or no server at all.
  }
  return new ApiFailure(response.status, `Http${response.status}`, plain);
}

/** What to tell a person about anything that was thrown. */
export function messageOf(reason: unknown): string {
  if (reason instanceof Error && reason.message) return reason.message;
  return 'Something went wrong that the page did not expect.';
}

export function wasAborted(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}
