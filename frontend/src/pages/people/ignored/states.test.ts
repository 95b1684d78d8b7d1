import { expect, test } from 'vitest';

import { STATES, WAYS, readState, stateAddress } from './states';

test('the address says which faces are shown and comes back as it was', () => {
  for (const state of STATES) {
    expect(readState(new URL(stateAddress(state), 'http://x').searchParams)).toBe(state);
  }
  expect(readState(new URLSearchParams('state=lost'))).toBe('ignored');
});

test('every state has a way back and no two ways share a key', () => {
  for (const state of STATES) {
    const keys = WAYS[state].map((way) => way.key);
    expect(keys).toContain('b');
    expect(new Set(keys).size).toBe(keys.length);
  }
});
