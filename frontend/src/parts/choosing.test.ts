import { describe, expect, it } from 'vitest';

import { Choosing } from './choosing.svelte';

const ten = () =>
  new Choosing((first, last) =>
    Promise.resolve(Array.from({ length: last - first + 1 }, (_, at) => `p${first + at}`)),
  );
const sorted = (choosing: Choosing) => [...choosing.chosen].sort();

describe('Choosing', () => {
  it('takes one in and out again', () => {
    const choosing = ten();
    choosing.flip(2, 'p2');
    expect([choosing.size, choosing.has('p2')]).toEqual([1, true]);
    choosing.flip(2, 'p2');
    expect(choosing.size).toBe(0);
  });
  it('takes a range from the last that was chosen, which shrinks again', async () => {
    const choosing = ten();
    choosing.flip(2, 'p2');
    await choosing.to(5);
    expect(sorted(choosing)).toEqual(['p2', 'p3', 'p4', 'p5']);
    await choosing.to(3);
    expect(sorted(choosing)).toEqual(['p2', 'p3']);
  });
  it('keeps what was chosen before the range', async () => {
    const choosing = ten();
    choosing.flip(8, 'p8');
    choosing.flip(1, 'p1');
    await choosing.to(0);
    expect(sorted(choosing)).toEqual(['p0', 'p1', 'p8']);
  });
  it('begins a range where the keys were when nothing was chosen', async () => {
    const choosing = ten();
    await choosing.extend(4, 5);
    expect(sorted(choosing)).toEqual(['p4', 'p5']);
  });
  it('forgets who is gone', async () => {
    const choosing = ten();
    await choosing.all(3);
    choosing.drop(['p1']);
    expect(sorted(choosing)).toEqual(['p0', 'p2']);
    choosing.clear();
    expect(choosing.size).toBe(0);
  });
  it('leaves what was done while a range was on its way', async () => {
    const choosing = ten();
    choosing.flip(1, 'p1');
    const late = choosing.to(3);
    expect(choosing.picking).toBe(true);
    choosing.clear();
    await late;
    expect([choosing.size, choosing.picking]).toEqual([0, false]);
  });
  it('keeps the last of two ranges, whichever comes first', async () => {
    const answers: (() => void)[] = [];
    const choosing = new Choosing(
      (first, last) => new Promise((say) => answers.push(() => say([`p${first}`, `p${last}`]))),
    );
    const two = [choosing.extend(0, 1), choosing.to(2)];
    answers[1]?.();
    answers[0]?.();
    await Promise.all(two);
    expect(sorted(choosing)).toEqual(['p0', 'p2']);
  });
  it('takes no more than can be chosen at once', async () => {
    const choosing = new Choosing(
      (first, last) =>
        Promise.resolve(Array.from({ length: last - first + 1 }, (_, at) => `p${first + at}`)),
      { most: 2 },
    );
    await choosing.all(9);
    expect(sorted(choosing)).toEqual(['p0', 'p1']);
  });
});
