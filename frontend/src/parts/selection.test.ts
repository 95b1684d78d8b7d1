import { describe, expect, it } from 'vitest';

import { between, flipped, withRange, without } from './selection';

describe('a selection', () => {
  it('takes one in and out again, and leaves the old set as it was', () => {
    const none = new Set<string>();
    const one = flipped(none, 'a');
    expect([...one]).toEqual(['a']);
    expect([...flipped(one, 'a')]).toEqual([]);
    expect(none.size).toBe(0);
  });
  it('reaches from an anchor in either direction', () => {
    expect(between(7, 3)).toEqual({ first: 3, last: 7 });
    expect(between(3, 3)).toEqual({ first: 3, last: 3 });
  });
  it('shrinks when a range shrinks, but keeps what was chosen before', () => {
    const before = new Set(['x']);
    expect([...withRange(before, ['a', 'b', 'c'])]).toEqual(['x', 'a', 'b', 'c']);
    expect([...withRange(before, ['a'])]).toEqual(['x', 'a']);
  });
  it('forgets what is gone', () => {
    expect([...without(new Set(['a', 'b']), ['b', 'z'])]).toEqual(['a']);
  });
});
