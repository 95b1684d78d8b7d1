/** Jobs as people speak of them. */
import type { Job, JobState } from '../../api/jobs';
import { words } from '../console/results/json';

export type Tab = 'all' | 'running' | 'done' | 'failed';

const TAB_STATES: Record<Exclude<Tab, 'all'>, readonly JobState[]> = {
  running: ['queued', 'running'],
  done: ['succeeded'],
  failed: ['failed', 'cancelled'],
};

export const STATES: Record<
  JobState,
  { title: string; tone: 'plain' | 'accent' | 'good' | 'bad' }
> = {
  queued: { title: 'Waiting', tone: 'plain' },
  running: { title: 'Running', tone: 'accent' },
  succeeded: { title: 'Done', tone: 'good' },
  failed: { title: 'Failed', tone: 'bad' },
  cancelled: { title: 'Cancelled', tone: 'plain' },
};

export const isOver = (job: Job): boolean => !TAB_STATES.running.includes(job.state);
export const canRetry = (job: Job): boolean => TAB_STATES.failed.includes(job.state);

export function inTab(job: Job, tab: Tab): boolean {
  return tab === 'all' || TAB_STATES[tab].includes(job.state);
}

export const tabCounts = (jobs: readonly Job[]): Record<Tab, number> => ({
  all: jobs.length,
  running: jobs.filter((job) => inTab(job, 'running')).length,
  done: jobs.filter((job) => inTab(job, 'done')).length,
  failed: jobs.filter((job) => inTab(job, 'failed')).length,
});

/** `face_search` and `FaceSearch` read `Face search`. */
export function kindText(kind: string): string {
  return words(kind.replace(/[-_]+/g, ' ').trim());
}

/** Newer knowledge of a job replaces the old; an unknown one comes first. */
export function merged(jobs: readonly Job[], job: Job): Job[] {
  return jobs.some((one) => one.job_id === job.job_id)
    ? jobs.map((one) => (one.job_id === job.job_id ? job : one))
    : [job, ...jobs];
}

/** Where the console shows what a job found. */
export function resultsPath(job: Job): string {
  const query = new URLSearchParams({ op: `Get${job.kind}`, JobId: job.job_id });
  return `/console?${query}`;
}
