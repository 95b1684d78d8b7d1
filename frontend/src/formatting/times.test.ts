import { describe, expect, it } from 'vitest';

import { agoText, clockText, spanText } from './times';

describe('times', () => {
  it('say how long ago in words', () => {
    const now = new Date('2026-03-01T12:00:00Z');
    expect(agoText('2026-03-01T11:59:40Z', now)).toBe('just now');
    expect(agoText('2026-03-01T11:56:00Z', now)).toBe('4 min ago');
    expect(agoText('2026-03-01T09:00:00Z', now)).toBe('3 h ago');
    expect(agoText('2026-02-01T12:00:00Z', now)).toBe('1 Feb 2026');
  });
  it('say how long something takes', () => {
    expect([0, 40, 245, 300, 7800].map(spanText)).toEqual([
      '0 s',
      '40 s',
      '4 min 5 s',
      '5 min',
      '2 h 10 min',
    ]);
  });
  it('say a place in a film', () => {
    expect(clockText(123_000)).toBe('2:03');
    expect(clockText(3_723_450, { tenths: true })).toBe('1:02:03.4');
    expect(clockText(59_990, { tenths: true })).toBe('0:59.9');
  });
});
