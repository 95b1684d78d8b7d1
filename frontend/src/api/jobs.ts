import { client } from './client';

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface Job {
  job_id: string;
  kind: string;
  state: JobState;
  message: string;
  created_at: string;
  ended_at: string | null;
  /** 0 to 1, null when it cannot be said. */
  progress: number | null;
  results: number;
  attempts: number;
  /** It was cancelled and stops at its worker's next sign of life. */
  ending: boolean;
}

export interface JobPage {
  jobs: Job[];
  next: string | number | null;
}

export const listJobs = (
  asked: { limit?: number; after?: string | number | null; signal?: AbortSignal } = {},
): Promise<JobPage> =>
  client.get<JobPage>('/api/jobs', {
    query: { limit: asked.limit ?? 100, after: asked.after },
    ...(asked.signal ? { signal: asked.signal } : {}),
  });

export const cancelJob = (jobId: string): Promise<unknown> =>
  client.post(`/api/jobs/${encodeURIComponent(jobId)}/cancel`);

export const retryJob = (jobId: string): Promise<unknown> =>
  client.post(`/api/jobs/${encodeURIComponent(jobId)}/retry`);
