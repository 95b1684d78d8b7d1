import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Paged } from '../paged.svelte';
import { Shelf } from './shelf.svelte';

let served: string[] = [];
const own = (item: string) => item;

async function shelf(): Promise<Shelf<string>> {
  const list = new Paged(
    () => Promise.resolve({ items: [...served], total: served.length, next: null }),
    own,
  );
  await list.ask();
  return new Shelf(list, own);
}

beforeEach(() => {
  served = ['a', 'b', 'c'];
  vi.useFakeTimers();
});
afterEach(() => void vi.useRealTimers());

test('what is decided leaves at once and stays away', async () => {
  const shown = await shelf();
  let finish: (done: boolean) => void = () => {};
  const acting = shown.without(['b'], () => new Promise<boolean>((resolve) => (finish = resolve)));
  expect([shown.items, shown.total]).toEqual([['a', 'c'], 2]);
  finish(true);
  await acting;
  expect([shown.items, shown.total, shown.list.items]).toEqual([['a', 'c'], 2, ['a', 'c']]);
});

test('what is refused comes back to its place', async () => {
  const shown = await shelf();
  await shown.without(['b'], () => Promise.resolve(null));
  expect(shown.items).toEqual(['a', 'b', 'c']);
  await expect(shown.without(['a'], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(shown.indexOf('a')).toBe(0);
});

test('an answer that is older than the decision brings nothing back', async () => {
  const shown = await shelf();
  const answers: (() => void)[] = [];
  const list = new Paged<string>(
    () =>
      new Promise((resolve) => {
        const items = [...served];
        answers.push(() => resolve({ items, total: items.length, next: null }));
      }),
    own,
  );
  const asking = list.ask();
  answers[0]?.();
  await asking;
  const late = new Shelf(list, own);
  const refreshing = late.refresh();
  await late.without(['b'], () => Promise.resolve(true));
  answers[1]?.();
  await refreshing;
  expect(late.items).toEqual(['a', 'c']);
  served = ['a', 'c'];
  const again = late.refresh();
  answers[2]?.();
  await again;
  expect([late.items, late.total]).toEqual([['a', 'c'], 2]);
  expect(shown.items).toHaveLength(3);
});

test('what was undone is there again', async () => {
  const shown = await shelf();
  await shown.without(['b'], () => Promise.resolve(true));
  await shown.back();
  expect(shown.items).toEqual(['a', 'b', 'c']);
});

test('what was undone comes back to its place without asking, and goes again', async () => {
  const shown = await shelf();
  const refresh = vi.spyOn(shown.list, 'refresh');
  await shown.without(['b'], () => Promise.resolve({ event_id: 7 }));
  await shown.undone(7);
  expect([shown.items, shown.total]).toEqual([['a', 'b', 'c'], 3]);
  await shown.redone(7);
  expect([shown.items, shown.total]).toEqual([['a', 'c'], 2]);
  expect(refresh).not.toHaveBeenCalled();
  await shown.undone(8);
  expect(refresh).toHaveBeenCalledOnce();
});

test('many decisions in a row ask anew once', async () => {
  const shown = await shelf();
  const refresh = vi.spyOn(shown.list, 'refreshHere');
  shown.refreshSoon();
  shown.refreshSoon();
  await vi.advanceTimersByTimeAsync(2000);
  expect(refresh).toHaveBeenCalledOnce();
});
