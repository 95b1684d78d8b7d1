import { expect, test } from 'vitest';

import type { Group } from '../../../api/people';
import {
  decisionOf,
  doing,
  facesIn,
  guessOf,
  idOf,
  readView,
  spokenGroup,
  viewAddress,
} from './stacks';

const group = (changes: Partial<Group> = {}): Group => ({
  group: 7,
  faces: 42,
  cohesion: 91,
  colour: 'amber',
  shown: [],
  guesses: [],
  ...changes,
});

test('the address says what is shown and comes back as it was', () => {
  const view = { show: 'single', least: 5 } as const;
  expect(readView(new URL(viewAddress(view), 'http://x').searchParams)).toEqual(view);
  expect(viewAddress({ show: 'groups', least: 2 })).toBe('/people/unknown');
  expect(readView(new URLSearchParams('least=3&show=all'))).toEqual({ show: 'groups', least: 2 });
});

test('somebody known is confirmed, somebody new is named', () => {
  expect(decisionOf({ user_id: 'u1', name: 'Anna', role: 'Guest' })).toEqual({
    do: 'confirm',
    user_id: 'u1',
  });
  expect(decisionOf({ name: 'Anna', role: '' })).toEqual({ do: 'name', name: 'Anna' });
  expect(decisionOf({ name: 'Anna', role: 'Guest' })).toEqual({
    do: 'name',
    name: 'Anna',
    role: 'Guest',
  });
});

test('what takes long is said', () => {
  expect(doing({ do: 'name', name: 'Anna' }, 1200)).toBe('Naming 1,200 faces Anna');
  expect(doing({ do: 'ignore' }, 1)).toBe('Putting 1 face aside');
});

test('a stack is told in words', () => {
  const guesses = [
    { user_id: 'u', name: 'Anna', percent: 93.7, false_match_rate: 0.01, band: 'maybe' as const },
  ];
  expect(spokenGroup(group({ guesses }))).toBe(
    'Stack of 42 faces, mixed, perhaps Anna, 93 percent',
  );
  expect(facesIn([group(), group({ faces: 3 })])).toBe(45);
});

test('a drawn face is named by its tag', () => {
  const drawn = { face_id: null, tag_id: 't', asset_id: 'a', at_ms: null, quality: null };
  expect(idOf(drawn)).toBe('t');
});

test('what is unlikely is not offered for a whole stack', () => {
  const one = { user_id: 'u', name: 'Anna', percent: 12, false_match_rate: 0.4 };
  expect(guessOf(group({ guesses: [{ ...one, band: 'unlikely' }] }))).toBeNull();
  expect(guessOf(group({ guesses: [{ ...one, band: 'maybe' }] }))?.name).toBe('Anna');
  expect(guessOf(group())).toBeNull();
});
