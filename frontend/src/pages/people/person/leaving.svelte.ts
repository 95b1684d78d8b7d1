/** Who is about to be forgotten, and the receipts of who was. Lives on while pages change: the notice
 * with Undo does, too. Names are not kept here: a receipt tells of nobody. */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

import type { Forgotten } from '../../../api/people';
import { counted } from '../../../formatting/numbers';
import { toasts } from '../../../parts/toasts.svelte';
import { workspace } from '../workspace.svelte';

class Leaving {
  /** Until the notice is gone. */
  readonly waiting = new SvelteSet<string>();
  /** The server is at it. */
  readonly running = new SvelteSet<string>();
  readonly receipts = new SvelteMap<string, Forgotten>();
  /** Pages that show the receipt themselves. */
  private watched = new Set<string>();

  has(userId: string): boolean {
    return this.waiting.has(userId) || this.running.has(userId);
  }
  /** A page about somebody is open; the answer ends it. */
  watch(userId: string): () => void {
    this.watched.add(userId);
    return () => this.watched.delete(userId);
  }

  begin(userId: string, name: string): void {
    if (this.has(userId)) return;
    this.waiting.add(userId);
    toasts.undoable(`${name} will be forgotten.`, {
      commit: () => void this.forget(userId),
      undo: () => this.waiting.delete(userId),
    });
  }

  private async forget(userId: string): Promise<void> {
    this.waiting.delete(userId);
    this.running.add(userId);
    const receipt = await workspace.forget(userId);
    this.running.delete(userId);
    if (!receipt) return;
    this.receipts.set(userId, receipt);
    if (!this.watched.has(userId))
      toasts.say(receiptText(receipt), receipt.traces ? 'bad' : 'good');
  }
}

export function receiptText(receipt: Forgotten): string {
  const looked = `${counted(receipt.needles, 'byte string')} ${receipt.needles === 1 ? 'was' : 'were'} looked for in all files`;
  const found = receipt.traces
    ? `${counted(receipt.traces, 'trace')} ${receipt.traces === 1 ? 'was' : 'were'} found`
    : 'nothing was found';
  return `The person is forgotten, with ${counted(receipt.faces, 'face')}. ${looked}; ${found}.`;
}

export const leaving = new Leaving();
