import { describe, expect, it } from 'vitest';

import type { PersonFace } from '../../../api/people';
import { doubtful, isDoubtful } from './doubts';

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
    expect(isDoubtful(face(0.4), 1)).toBe(true);
    expect(isDoubtful(face(0.00001), 100)).toBe(false);
  });
  it('is more easily doubted among many people', () => {
    expect(isDoubtful(face(0.001), 10)).toBe(false);
    expect(isDoubtful(face(0.001), 1000)).toBe(true);
  });
  it('is none that was drawn: it is like nothing', () => {
    expect(doubtful([face(null), face(1)], 0)).toHaveLength(1);
  });
});
