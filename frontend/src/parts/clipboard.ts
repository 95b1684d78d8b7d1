import { toasts } from './toasts.svelte';

/** Copies, and says so when the browser refuses (pages without TLS on another host may not). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toasts.say('The browser does not let this page copy. Select the text and copy it.', 'bad');
    return false;
  }
}
