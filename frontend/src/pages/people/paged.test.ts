import { describe, expect, it } from 'vitest';

import { Paged, type PageAsked, type PageFound } from './paged.svelte';

const numbers = (count: number, offset = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(index + offset));

function served(all: string[], asked: PageAsked[] = []) {
  return (page: PageAsked): Promise<PageFound<string>> => {
    asked.push(page);
    const from = Number(page.after ?? 0);
    const to = Math.min(all.length, from + page.limit);
    const next = to < all.length ? String(to) : null;
    return Promise.resolve({ items: all.slice(from, to), total: all.length, next });
  };
}
/** With cursors that say behind which item a page begins. */
function after(all: string[], asked: PageAsked[]) {
  return (page: PageAsked): Promise<PageFound<string>> => {
    asked.push(page);
    const from = page.after === null ? 0 : all.indexOf(page.after) + 1;
    const items = all.slice(from, from + page.limit);
    const next = from + items.length < all.length ? (items.at(-1) ?? null) : null;
    return Promise.resolve({ items, total: all.length, next });
  };
}
const own = (item: string) => item;

describe('Paged', () => {
  it('fetches the first page and knows how many there are', async () => {
    const list = new Paged(served(numbers(450)), own);
    await list.ask();
    expect([list.status, list.items.length, list.total, list.more]).toEqual([
      'ready',
      200,
      450,
      true,
    ]);
  });
  it('fetches until what is on the screen is there', async () => {
    const list = new Paged(served(numbers(2000)), own);
    await list.ask();
    await list.need(1500);
    expect(list.at(1500)).toBe('1500');
    expect(new Set(list.items).size).toBe(list.items.length);
  });
  it('asks anew as far as it was looked at', async () => {
    const asked: PageAsked[] = [];
    const list = new Paged(served(numbers(900), asked), own);
    await list.ask();
    await list.need(650);
    asked.length = 0;
    await list.refresh();
    expect(list.at(650)).toBe('650');
    expect(asked[0]).toEqual({ limit: 500, after: null });
  });
  it('fetches what is far away in as large pieces as the server gives', async () => {
    const asked: PageAsked[] = [];
    const list = new Paged(served(numbers(12_000), asked), own, { largest: 5000 });
    await list.ask();
    await list.need(11_999);
    expect(asked.map((page) => page.limit)).toEqual([200, 5000, 5000, 5000]);
    expect([list.at(11_999), list.items.length, list.more]).toEqual(['11999', 12_000, false]);
  });
  it('asks only for what is on the screen, and keeps what lies before it', async () => {
    const asked: PageAsked[] = [];
    const all = numbers(2000);
    const list = new Paged(after(all, asked), own);
    await list.ask();
    await list.need(1500);
    list.drop(new Set(['7', '1450']));
    await list.need(1500, 1470);
    all.splice(1450, 1);
    all.splice(7, 1);
    all[1480] = 'new';
    asked.length = 0;
    await list.refreshHere();
    expect(asked).toEqual([{ limit: 500, after: '1199' }]);
    expect([list.items[7], list.items[1480], list.items.length]).toEqual(['8', 'new', 1699]);
    expect(list.items).toEqual(all.slice(0, 1699));
  });
  it('closes the gap where something went', async () => {
    const list = new Paged(served(numbers(30)), own);
    await list.ask();
    list.drop(new Set(['3', '4', 'never there']));
    expect([list.total, list.at(3)]).toEqual([28, '5']);
  });
  it('puts back what went, each where it was', async () => {
    const list = new Paged(served(numbers(900)), own);
    await list.ask();
    await list.need(700);
    const before = list.items;
    const one = list.drop(new Set(['0', '5', '6', '650']));
    const other = list.drop(new Set(['4']));
    list.give(other);
    list.give(one);
    list.give(one);
    expect([list.items, list.total]).toEqual([before, 900]);
  });
  it('takes an item once that two pages bring', async () => {
    const pages: PageFound<string>[] = [
      { items: ['a', 'b'], total: 3, next: 'x' },
      { items: ['b', 'c'], total: 3, next: null },
    ];
    const list = new Paged(() => Promise.resolve(pages.shift()!), own);
    await list.ask();
    await list.need(2);
    expect(list.items).toEqual(['a', 'b', 'c']);
  });
  it('forgets an answer that was overtaken', async () => {
    let answer = (_: PageFound<string>) => {};
    const slow = new Promise<PageFound<string>>((resolve) => (answer = resolve));
    const list = new Paged(() => slow, own);
    const first = list.ask();
    await list.ask(served(['new']));
    answer({ items: ['old'], total: 1, next: null });
    await first;
    expect(list.items).toEqual(['new']);
  });
  it('says why nothing came, and comes round', async () => {
    const list = new Paged<string>(() => Promise.reject(new Error('No answer.')), own);
    await list.ask();
    expect([list.status, list.message]).toEqual(['failed', 'No answer.']);
    await list.ask(served(['a']));
    expect(list.status).toBe('ready');
  });
});
