import { describe, expect, it } from 'vitest';

import type { Job } from '../../api/jobs';
import { canRetry, inTab, kindText, merged, tabCounts } from './kinds';

const job = (changes: Partial<Job>): Job => ({
  job_id: 'a',
  kind: 'FaceSearch',
  state: 'running',
  message: '',
  created_at: '2026-01-01T00:00:00Z',
  ended_at: null,
  progress: null,
  results: 0,
  attempts: 1,
  ending: false,
  ...changes,
});

describe('jobs', () => {
  it('are read as people speak', () => {
    expect(kindText('FaceSearch')).toBe('Face search');
    expect(kindText('label_detection')).toBe('Label detection');
  });
  it('wait and run under one tab, fail and are cancelled under another', () => {
    expect(inTab(job({ state: 'queued' }), 'running')).toBe(true);
    expect(inTab(job({ state: 'cancelled' }), 'failed')).toBe(true);
    expect(inTab(job({ state: 'succeeded' }), 'failed')).toBe(false);
  });
  it('are counted for the tabs', () => {
    const jobs = [job({}), job({ state: 'failed' }), job({ state: 'succeeded' })];
    expect(tabCounts(jobs)).toEqual({ all: 3, running: 1, done: 1, failed: 1 });
  });
  it('can be tried again only after they ended badly', () => {
    expect(canRetry(job({ state: 'failed' }))).toBe(true);
    expect(canRetry(job({ state: 'running' }))).toBe(false);
  });
  it('are replaced by what is newly known of them', () => {
    const before = [job({}), job({ job_id: 'b' })];
    expect(merged(before, job({ state: 'succeeded' }))[0]?.state).toBe('succeeded');
    expect(merged(before, job({ job_id: 'c' }))).toHaveLength(3);
  });
});
