import { describe, expect, it } from 'vitest';

import {
  caution,
  degrees,
  heightsOf,
  histogramInWords,
  poseInWords,
  rateInWords,
  readHistogram,
} from './words';

const bins = (filled: Record<number, number>): number[] =>
  Array.from({ length: 50 }, (_, place) => filled[place * 2] ?? 0);
const HISTOGRAM = {
  same_person: bins({ 80: 100, 90: 300 }),
  other_person: bins({ 10: 900, 40: 100 }),
  faces: 70,
  is_sample: false,
};

describe('a false match rate in words', () => {
  it('speaks of as many pairs as give a whole number of people', () => {
    expect(rateInWords(0.00003)).toBe(
      'Of 100,000 pairs of different people about 3 are this much alike.',
    );
    expect(rateInWords(0.25)).toBe(
      'Of 100 pairs of different people about 25 are this much alike.',
    );
    expect(rateInWords(0.001)).toBe(
      'Of 1,000 pairs of different people about 1 is this much alike.',
    );
  });
  it('does not say never', () => {
    expect(rateInWords(0)).toContain('less than one');
  });
});

describe('a pose in words', () => {
  it('says what a person would say', () => {
    expect(poseInWords({ yaw: 3, pitch: -8, roll: 1 })).toBe('facing the camera');
    expect(poseInWords({ yaw: 50, pitch: -20, roll: 0 })).toBe(
      'turned far to the right, looking down',
    );
    expect(poseInWords({ yaw: -20, pitch: 0, roll: 30 })).toBe('turned to the left, tilted');
  });
  it('gives the angles too', () => {
    expect(degrees({ yaw: -12.4, pitch: -0.2, roll: 7 })).toBe('yaw −12°, pitch 0°, roll 7°');
  });
});

describe('the histogram in words', () => {
  it('counts pairs and finds the middle of each series', () => {
    const read = readHistogram(HISTOGRAM, 85);
    expect([read.same, read.other]).toEqual([400, 1000]);
    expect([read.sameMiddle, read.otherMiddle]).toEqual([91, 11]);
  });
  it('says where this face stands', () => {
    expect(histogramInWords(HISTOGRAM, 85)).toBe(
      'Of 400 pairs of one person half are 91 % alike or more. ' +
        'Of 1,000 pairs of different people half are 11 % alike or more. ' +
        'This face, at 85 %, is more alike than all of the pairs of different people ' +
        'and than 25 % of the pairs of one person.',
    );
  });
  it('takes of the bin that the face falls into the part below it', () => {
    expect(readHistogram(HISTOGRAM, 81).sameBelow).toBeCloseTo(0.125);
  });
  it('speaks of a single pair as of one', () => {
    const lone = { ...HISTOGRAM, other_person: bins({ 8: 1 }) };
    expect(histogramInWords(lone, 85)).toContain('The only pair of different people is 9 % alike.');
  });
  it('says that there is nothing to compare', () => {
    const empty = { ...HISTOGRAM, same_person: bins({}), other_person: bins({}) };
    expect(histogramInWords(empty, 85)).toBe('No pairs of named faces can be compared yet.');
  });
  it('warns of few pairs, and says when it is a sample', () => {
    expect(caution(HISTOGRAM)).toBe('');
    expect(caution({ ...HISTOGRAM, same_person: bins({ 80: 3 }) })).toContain('say little');
    expect(caution({ ...HISTOGRAM, is_sample: true })).toContain('sample of 70');
  });
  it('draws each series to its own height', () => {
    expect(heightsOf([0, 5, 10])).toEqual([0, 0.5, 1]);
    expect(heightsOf([0, 0])).toEqual([0, 0]);
  });
});
