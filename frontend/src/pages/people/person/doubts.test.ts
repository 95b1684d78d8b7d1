import { describe, expect, it } from 'vitest';

import type { PersonFace } from '../../../api/people';
import { isDoubtful } from './doubts';

const face = (false_match_rate: number | null): PersonFace => ({
  face_id: 'f',
  tag_id: null,
  asset_id: 'a',
  at_ms: null,
  quality: null,
  percent: 50,
  false_match_rate,
  taken_at: null,
});

describe('a doubtful face', () => {
  it('is one that a stranger is easily as like as', () => {
    expect([0.4, 1e-5].map((rate) => isDoubtful(face(rate)))).toEqual([true, true]);
  });
  it('is none that is as like the others as faces of one person are', () => {
    expect(isDoubtful(face(1e-9))).toBe(false);
  });
  it('is none that was drawn: it is like nothing', () => {
    expect(isDoubtful(face(null))).toBe(false);
  });
});
