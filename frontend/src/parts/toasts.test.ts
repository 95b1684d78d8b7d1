import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { toasts } from './toasts.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  toasts.held = () => false;
  toasts.flush();
  vi.useRealTimers();
});
const texts = () => toasts.list.map((toast) => toast.text);

describe('a notice', () => {
  it('goes away by itself', () => {
    toasts.say('Copied');
    expect(texts()).toEqual(['Copied']);
    vi.advanceTimersByTime(5000);
    expect(texts()).toEqual([]);
  });
  it('stays while somebody is at it, and does not do what it waits with', () => {
    const commit = vi.fn();
    toasts.held = () => true;
    toasts.undoable('Will be forgotten', { commit, undo: () => {} });
    vi.advanceTimersByTime(60_000);
    expect([texts(), commit.mock.calls.length]).toEqual([['Will be forgotten'], 0]);
    toasts.held = () => false;
    vi.advanceTimersByTime(1000);
    expect([texts(), commit.mock.calls.length]).toEqual([[], 1]);
  });
  it('takes the place of the one before with the same key', () => {
    toasts.done('One face', null, { key: 'people' });
    toasts.done('Two faces', null, { key: 'people' });
    expect(texts()).toEqual(['Two faces']);
  });
});
