import { describe, expect, it } from 'vitest';

import type { FaceSeen } from '../../../api/people';
import { ACT_KEYS, decisionOf, drawnText, isFor, isSingle, parted } from './acts';

const face = (face_id: string | null, tag_id: string | null = null): FaceSeen => ({
  face_id,
  tag_id,
  asset_id: 'a',
  at_ms: null,
  quality: null,
});

describe('acts on faces', () => {
  it('have a key each, and no key twice', () => {
    const keys = ACT_KEYS.flatMap((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(8);
  });
  it('tell the server whom it is about where that matters', () => {
    expect(decisionOf('reject', 'ada')).toEqual({ do: 'reject', user_id: 'ada' });
    expect(decisionOf('split', 'ada')).toEqual({ do: 'split' });
    expect(decisionOf('frame', 'ada')).toBeNull();
  });
  it('fit where the face is', () => {
    expect(isFor('confirm', 'faces')).toBe(false);
    expect(isFor('confirm', 'suggested')).toBe(true);
    expect(isFor('portrait', 'suggested')).toBe(false);
    expect([isSingle('portrait'), isSingle('reject')]).toEqual([true, false]);
  });
  it('leave drawn faces alone, and say so', () => {
    expect(parted([face('f1'), face(null, 't1'), face(null, null)])).toEqual({
      seen: ['f1'],
      drawn: ['t1'],
    });
    expect(drawnText('split', 1)).toContain('1 face drawn by hand stays as it is');
    expect(drawnText('reject', 3)).toBe('');
    expect(drawnText('ignore', 0)).toBe('');
  });
});
