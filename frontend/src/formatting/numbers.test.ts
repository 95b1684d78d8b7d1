import { describe, expect, it } from 'vitest';

import { bytesText, counted, dollars, percentText, shortCount, tookText } from './numbers';

describe('numbers', () => {
  it('never call 99.97 percent certain', () => {
    expect(percentText(99.97)).toBe('99.9 %');
    expect(percentText(100)).toBe('100 %');
    expect(percentText(0)).toBe('0.0 %');
  });
  it('are counted in one and in many', () => {
    expect(counted(1, 'face')).toBe('1 face');
    expect(counted(1200, 'match', 'matches')).toBe('1,200 matches');
  });
  it('are short where there is little room', () => {
    expect(shortCount(9999)).toBe('9,999');
    expect(shortCount(12_480)).toBe('12.5K');
  });
  it('keep the digits of small sums', () => {
    expect(dollars(0.0012)).toBe('$0.0012');
    expect(dollars(13.954)).toBe('$13.95');
    expect(dollars(123_456.7)).toBe('$123,457');
  });
  it('say bytes and times in fitting units', () => {
    expect(bytesText(999)).toBe('999 B');
    expect(bytesText(1_530_000)).toBe('1.5 MB');
    expect(tookText(4.24)).toBe('4.2 ms');
    expect(tookText(118.4)).toBe('118 ms');
    expect(tookText(2412)).toBe('2.41 s');
  });
});
