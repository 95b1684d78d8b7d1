/** Short notices at the edge of the page, some with a way back. */

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'good' | 'bad';
  undo: (() => void) | null;
}

const SECONDS = { plain: 5, good: 5, bad: 9 };
/** Long enough to read a line and to reach for Undo. */
const UNDO_SECONDS = 7;
/** A notice that somebody is at stays, and is looked at again after so long. */
const HELD_MS = 1000;

class Toasts {
  list = $state<Toast[]>([]);
  /** Pixels above where they stand: what lies at the foot of the page stays free. */
  lift = $state(0);
  /** Pixels from the top of the window at which a page has room for them in its head; 0: at the foot,
   * where they stand otherwise. */
  head = $state(0);
  /** Whether somebody points at the notices, or is in them with the keyboard. */
  held: () => boolean = () => false;
  private next = 1;
  private keyed = new Map<string, number>();
  private endings = new Map<number, { timer: ReturnType<typeof setTimeout>; done: () => void }>();

  say(text: string, tone: Toast['tone'] = 'plain'): void {
    this.add({ text, tone, undo: null }, SECONDS[tone], () => {});
  }

  /** For what destroys: it shows as done, and is done only after the notice is gone. */
  undoable(text: string, { commit, undo }: { commit: () => void; undo: () => void }): void {
    const id = this.add({ text, tone: 'plain', undo: () => back() }, UNDO_SECONDS, commit);
    const back = () => {
      this.forget(id);
      undo();
    };
  }

  close(id: number): void {
    const ending = this.endings.get(id);
    this.forget(id);
    ending?.done();
  }

  /** The page goes away: what waits is done now. */
  flush(): void {
    for (const toast of [...this.list]) this.close(toast.id);
  }

  /** For what is done and can be taken back: Undo does so afterwards. With a `key` it takes the place
   * of the one before, since only the last can be undone. */
  done(text: string, undo: (() => void) | null, { key = '' }: { key?: string } = {}): void {
    const before = this.keyed.get(key);
    if (key && before !== undefined) this.close(before);
    const id = this.add(
      { text, tone: 'plain', undo: undo && (() => taken()) },
      undo ? UNDO_SECONDS : SECONDS.plain,
      () => {},
    );
    if (key) this.keyed.set(key, id);
    const taken = () => {
      this.forget(id);
      undo?.();
    };
  }

  private add(toast: Omit<Toast, 'id'>, seconds: number, done: () => void): number {
    const id = this.next++;
    this.list.push({ id, ...toast });
    this.endings.set(id, { timer: this.later(id, seconds * 1000), done });
    return id;
  }
  private later(id: number, ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const ending = this.endings.get(id);
      if (ending && this.held()) ending.timer = this.later(id, HELD_MS);
      else this.close(id);
    }, ms);
  }

  private forget(id: number): void {
    clearTimeout(this.endings.get(id)?.timer);
    this.endings.delete(id);
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
