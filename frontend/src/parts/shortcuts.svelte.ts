import { untrack } from 'svelte';

/** Keys that do something on the page now, all of them listed under `?`. */

export interface Shortcut {
  /** One key, or two pressed one after the other: `?`, `g c`, `Escape`. */
  keys: string;
  title: string;
  group: string;
  /** What the list shows instead of `keys`: `Shift+Z`, or one of several: `Space Y`. Empty: it is
   * not listed. */
  shown?: string;
  /** Whether the key is ours now; somebody else's otherwise. */
  when?: (event: KeyboardEvent) => boolean;
  run: (event: KeyboardEvent) => void;
}

const SEQUENCE_MS = 900;

class Shortcuts {
  list = $state.raw<readonly Shortcut[]>([]);
  private first = '';
  private pressedAt = 0;

  constructor() {
    addEventListener('keydown', (event) => this.hear(event));
  }

  /** The answer takes them away again: give it to $effect. */
  register(shortcuts: readonly Shortcut[]): () => void {
    this.list = [...untrack(() => this.list), ...shortcuts];
    return () => {
      this.list = untrack(() => this.list).filter((one) => !shortcuts.includes(one));
    };
  }

  private hear(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const recent = event.timeStamp - this.pressedAt < SEQUENCE_MS ? `${this.first} ` : '';
    const named = (keys: string) =>
      this.list.findLast((one) => one.keys === keys && (one.when?.(event) ?? true));
    const found = (recent && named(recent + event.key)) || named(event.key);
    this.first = event.key;
    this.pressedAt = event.timeStamp;
    if (!found) return;
    event.preventDefault();
    found.run(event);
  }
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('textarea, select')) return true;
  const input = target.closest('input');
  return input !== null && !['checkbox', 'radio', 'range', 'button'].includes(input.type);
}

export const shortcuts = new Shortcuts();
