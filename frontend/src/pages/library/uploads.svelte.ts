/** Files on their way into the library, two at a time, each with its progress. */
import { client, queryString } from '../../api/client';
import { live } from './live.svelte';

export interface Sending {
  id: number;
  name: string;
  size: number;
  state: 'waiting' | 'sending' | 'done' | 'known' | 'failed';
  /** 0 to 1. */
  progress: number;
  message: string;
  assetId: string | null;
}

const AT_ONCE = 2;

class Uploads {
  list = $state<Sending[]>([]);
  private files = new Map<number, File>();
  private running = 0;
  private next = 1;

  readonly left = $derived(
    this.list.filter((one) => one.state === 'waiting' || one.state === 'sending').length,
  );

  add(files: Iterable<File>): void {
    for (const file of files) {
      const id = this.next++;
      this.files.set(id, file);
      const { name, size } = file;
      this.list.push({
        id,
        name: name || 'pasted picture',
        size,
        state: 'waiting',
        progress: 0,
        message: '',
        assetId: null,
      });
    }
    this.pump();
  }

  again(id: number): void {
    const one = this.list.find((sending) => sending.id === id);
    if (!one || !this.files.has(id)) return;
    one.state = 'waiting';
    one.progress = 0;
    this.pump();
  }

  /** Take what has ended off the list. */
  clear(): void {
    this.list = this.list.filter((one) => one.state === 'waiting' || one.state === 'sending');
  }

  private pump(): void {
    while (this.running < AT_ONCE) {
      const one = this.list.find((sending) => sending.state === 'waiting');
      const file = one && this.files.get(one.id);
      if (!one || !file) return;
      this.running += 1;
      one.state = 'sending';
      void this.send(one, file).finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  private async send(one: Sending, file: File): Promise<void> {
    const answer = await sent(file, one.name, (progress) => (one.progress = progress));
    if ('message' in answer) {
      one.state = 'failed';
      one.message = answer.message;
      return;
    }
    this.files.delete(one.id);
    one.progress = 1;
    one.state = answer.known ? 'known' : 'done';
    one.assetId = answer.asset_id;
    live.soon();
  }
}

type Answer = { asset_id: string; known: boolean } | { message: string };

/** `fetch` does not tell how much has gone. */
function sent(file: File, name: string, tell: (progress: number) => void): Promise<Answer> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/library/uploads${queryString({ name })}`);
    request.setRequestHeader('X-CSRF-Token', client.csrfToken);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) tell(event.loaded / event.total);
    };
    request.onerror = () => resolve({ message: 'The server cannot be reached.' });
    request.onload = () => {
      if (request.status === 401) client.whenSignedOut();
      resolve(request.status === 201 ? (request.response as Answer) : refused(request));
    };
    request.send(file);
  });
}

function refused(request: XMLHttpRequest): { message: string } {
  const said = request.response as { error?: { message?: string } } | null;
  return { message: said?.error?.message ?? `The server answered ${request.status}.` };
}

/** All files of a drop, those in folders too. */
export async function filesOf(dropped: DataTransfer): Promise<File[]> {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null)) return [...dropped.files];
  const files: File[] = [];
  for (const entry of entries) if (entry) await gather(entry, files);
  return files;
}

async function gather(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(null)),
    );
    if (file && !file.name.startsWith('.')) files.push(file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives a hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (some.length === 0) return;
    for (const one of some) await gather(one, files);
  }
}

export const uploads = new Uploads();
