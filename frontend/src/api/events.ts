/** Server-sent events, shared: one connection however many parts of the page listen. */

export type EventName = 'indexing' | 'asset' | 'job' | 'recognition';
type Listener = (payload: unknown) => void;

const listeners = new Map<string, Set<Listener>>();
let source: EventSource | null = null;

/** Hear of one kind of event; the answer stops it. The browser reconnects by itself. */
export function listen(name: EventName, listener: Listener): () => void {
  const heard = listeners.get(name) ?? new Set<Listener>();
  listeners.set(name, heard);
  if (heard.size === 0) source?.addEventListener(name, passOn);
  heard.add(listener);
  connect();
  return () => {
    heard.delete(listener);
    if (heard.size === 0) source?.removeEventListener(name, passOn);
    if ([...listeners.values()].every((set) => set.size === 0)) disconnect();
  };
}

export function disconnect(): void {
  source?.close();
  source = null;
}

function connect(): void {
  if (source) return;
  source = new EventSource('/api/events');
  for (const [name, heard] of listeners) if (heard.size > 0) source.addEventListener(name, passOn);
}

function passOn(event: MessageEvent<string>): void {
  let payload: unknown;
  try {
    payload = JSON.parse(event.data);
  } catch {
    return; // Half a message of a server that is going down: the next one will do.
  }
  for (const listener of listeners.get(event.type) ?? []) listener(payload);
}
