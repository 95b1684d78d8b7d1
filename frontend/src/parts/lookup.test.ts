import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { PersonListed } from '../api/people';
import { Lookup, choicesFor, namedExactly, saidBy } from './lookup';

const person = (name: string, role: string | null = null): PersonListed => ({
  user_id: `id-${name}-${role ?? ''}`,
  name,
  role,
  faces: 3,
  version: 1,
  classification: 'named',
  aliases: [],
  face_id: null,
  asset_id: null,
});
const ANNA = person('Anna');
const ANNABEL = person('Annabel', 'Guest');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a new person is the last choice, unless somebody is called so', () => {
  expect(choicesFor(' Ann ', [ANNA, ANNABEL]).at(-1)).toEqual({ kind: 'new', name: 'Ann' });
  expect(choicesFor('anna', [ANNA, ANNABEL])).toHaveLength(2);
  expect(choicesFor('', [ANNA])).toEqual([{ kind: 'known', person: ANNA }]);
});

test('a name is known whatever its case and spaces, but not when two are called so', () => {
  expect(namedExactly([ANNA, ANNABEL], '  aNNa ')).toBe(ANNA);
  expect(namedExactly([ANNA, person('Anna', 'Bride')], 'Anna')).toBeNull();
  expect(namedExactly([ANNA], '')).toBeNull();
});

test('typing the name of somebody who is known says that it is them', () => {
  expect(saidBy('anna', '', [ANNA])).toEqual({ user_id: ANNA.user_id, name: 'Anna', role: '' });
  expect(saidBy('annabel', 'guest', [ANNABEL]).user_id).toBe(ANNABEL.user_id);
});

test('another role, or another name, is somebody else', () => {
  expect(saidBy('Anna', 'Bride', [ANNA])).toEqual({ name: 'Anna', role: 'Bride' });
  expect(saidBy(' Ann  Lee ', ' ', [ANNA])).toEqual({ name: 'Ann Lee', role: '' });
});

test('only the last letters typed are asked for', async () => {
  const asked: string[] = [];
  const lookup = new Lookup(
    (text) => {
      asked.push(text);
      return Promise.resolve([ANNA]);
    },
    () => {},
  );
  lookup.type('A');
  lookup.type('An');
  await vi.advanceTimersByTimeAsync(200);
  expect(asked).toEqual(['An']);
  expect(lookup.text).toBe('An');
});

test('an answer that was overtaken changes nothing', async () => {
  const answers: ((people: PersonListed[]) => void)[] = [];
  const told = vi.fn();
  const lookup = new Lookup(() => new Promise((resolve) => answers.push(resolve)), told);
  void lookup.ask('A');
  void lookup.ask('Annab');
  answers[1]?.([ANNABEL]);
  await vi.advanceTimersByTimeAsync(0);
  answers[0]?.([ANNA]);
  await vi.advanceTimersByTimeAsync(0);
  expect(lookup.people).toEqual([ANNABEL]);
  expect(told).toHaveBeenCalledOnce();
});

test('who waits goes on with the answer, after a failure, and when none comes', async () => {
  const lookup = new Lookup(
    (text) => (text === 'bad' ? Promise.reject(new Error('no')) : new Promise(() => {})),
    () => {},
  );
  await lookup.settled();
  lookup.type('bad');
  const failed = vi.fn();
  void lookup.settled().then(failed);
  await vi.advanceTimersByTimeAsync(100);
  expect(failed).toHaveBeenCalled();
  lookup.type('never');
  const late = vi.fn();
  void lookup.settled(300).then(late);
  await vi.advanceTimersByTimeAsync(250);
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(late).toHaveBeenCalled();
});
