import { expect, it } from 'vitest';

import { spoken } from './standing';

const STANDING = {
  confirmed: 1812,
  suggested: 143,
  unknown: 57,
  ignored: 3,
  is_estimate: false,
  people: 12,
  groups: 4,
  can_undo: true,
  can_redo: false,
};

it('says the counts in one sentence', () => {
  expect(spoken(STANDING)).toBe('Faces: 1,812 confirmed, 143 suggested, 57 unknown.');
});
it('says which of them a sample tells', () => {
  expect(spoken({ ...STANDING, is_estimate: true })).toBe(
    'Faces: 1,812 confirmed, about 143 suggested, about 57 unknown.',
  );
});
