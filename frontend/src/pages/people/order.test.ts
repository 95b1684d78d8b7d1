import { describe, expect, it } from 'vitest';

import { InOrder } from './order';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('calls in order', () => {
  it('begins one when the one before has ended, however long it took', async () => {
    const heard: string[] = [];
    const order = new InOrder();
    const call = (name: string, ms: number) => async () => {
      heard.push(`${name} begins`);
      await later(ms);
      heard.push(`${name} ends`);
    };
    await Promise.all([order.run(call('slow', 8)), order.run(call('quick', 0))]);
    expect(heard).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
  });
  it('goes on after one that failed, whose caller is told', async () => {
    const order = new InOrder();
    const failed = order.run(() => Promise.reject(new Error('no')));
    const next = order.run(() => Promise.resolve('yes'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('yes');
  });
  it('says how many wait', async () => {
    const counts: number[] = [];
    const order = new InOrder((waiting) => counts.push(waiting));
    await Promise.all([order.run(() => later(0)), order.run(() => later(0))]);
    await later(0);
    expect(counts).toEqual([1, 2, 1, 0]);
  });
});
