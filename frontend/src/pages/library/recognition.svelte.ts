/** Select, then recognise: what the choice would take, and the runs that go on. */
import { messageOf, wasAborted } from '../../api/client';
import { listen } from '../../api/events';
import {
  cancelRecognition,
  estimateRecognition,
  listRecognition,
  startRecognition,
  type RecogniseEstimate,
  type RecogniseRun,
} from '../../api/people';
import type { Chosen } from '../../parts/selection';
import { shownRuns, withRun } from './recognition';

/** A choice that still grows is not asked about. */
const PAUSE_MS = 250;
/** While a run goes on, how often it is asked for in case no event comes. */
const EVERY_MS = 4000;
const PUT_AWAY_KEY = 'eyebright.recognition.putaway';

class Recognition {
  estimate = $state.raw<RecogniseEstimate | null>(null);
  trouble = $state('');
  starting = $state(false);
  runs = $state.raw<readonly RecogniseRun[]>([]);
  private putAway = $state.raw<ReadonlySet<string>>(kept());
  readonly shown = $derived(shownRuns(this.runs, this.putAway));
  readonly isRunning = $derived(this.runs.some((run) => run.state === 'running'));

  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** What these would take; nothing for none. */
  ask(chosen: Chosen): void {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.trouble = '';
    this.estimate = null;
    if (chosen.size === 0) return;
    const own = (this.asking = new AbortController());
    this.timer = setTimeout(() => void this.askNow(chosen, own.signal), PAUSE_MS);
  }

  /** Whether it began. */
  async start(chosen: Chosen): Promise<boolean> {
    this.starting = true;
    try {
      this.take(await startRecognition({ asset_ids: [...chosen] }));
      return true;
    } catch (reason) {
      this.trouble = messageOf(reason);
      return false;
    } finally {
      this.starting = false;
    }
  }

  async cancel(run: RecogniseRun): Promise<void> {
    this.take(await cancelRecognition(run.run_id));
  }

  /** Do not show the end of this run again. */
  dismiss(run: RecogniseRun): void {
    this.putAway = new Set([...this.putAway, run.run_id]);
    try {
      localStorage.setItem(PUT_AWAY_KEY, JSON.stringify([...this.putAway].slice(-20)));
    } catch {
      // A browser that keeps nothing: it is put away as long as the page lasts.
    }
  }

  async load(): Promise<void> {
    try {
      this.runs = (await listRecognition()).runs;
    } catch {
      // The events tell of those that go on.
    }
  }

  /** Give it to $effect. */
  follow(): () => void {
    void this.load();
    const stop = listen('recognition', (said) => this.take(said as RecogniseRun));
    const timer = setInterval(() => {
      if (this.isRunning && document.visibilityState === 'visible') void this.load();
    }, EVERY_MS);
    return () => {
      stop();
      clearInterval(timer);
      clearTimeout(this.timer);
      this.asking?.abort();
    };
  }

  /** Somebody else signs in. */
  forget(): void {
    this.estimate = null;
    this.runs = [];
  }

  private async askNow(chosen: Chosen, signal: AbortSignal): Promise<void> {
    try {
      this.estimate = await estimateRecognition({ asset_ids: [...chosen] }, signal);
    } catch (reason) {
      if (!wasAborted(reason)) this.trouble = messageOf(reason);
    }
  }

  private take(told: RecogniseRun): void {
    this.runs = withRun(this.runs, told);
  }
}

function kept(): ReadonlySet<string> {
  try {
    const said: unknown = JSON.parse(localStorage.getItem(PUT_AWAY_KEY) ?? '[]');
    return new Set(Array.isArray(said) ? said.map(String) : []);
  } catch {
    return new Set();
  }
}

export const recognition = new Recognition();
