import { describe, expect, it } from 'vitest';

import type { RecogniseEstimate, RecogniseRun } from '../../api/people';
import {
  aboutText,
  alreadyText,
  asideText,
  endText,
  estimateText,
  paceText,
  priceText,
  reviewAddress,
  shareDone,
  shownRuns,
  withRun,
} from './recognition';

const ESTIMATE: RecogniseEstimate = {
  photos: 60,
  already: 3,
  to_do: 57,
  faces_expected: 120,
  is_measured: true,
  seconds_expected: 43,
  aws_usd: 0.177,
  per_face_usd: 2.52,
  per_face_service: 'DF Studio',
};

const RUN: RecogniseRun = {
  run_id: 'a',
  state: 'running',
  photos: 57,
  already: 3,
  done: 10,
  failed: 1,
  faces: 20,
  faces_per_second: 3.44,
  seconds_left: 12,
  suggested: 0,
  unknown: 0,
  named: 0,
  is_estimate: false,
  created_at: '2026-11-22T10:00:00Z',
  ended_at: null,
};
const DONE: RecogniseRun = { ...RUN, state: 'done', faces: 57, suggested: 40, unknown: 17 };

describe('an estimate', () => {
  it('says how many, how long and what others charge', () => {
    expect(estimateText(ESTIMATE)).toBe('57 photos · about 120 faces · ~45 s');
    expect(priceText(ESTIMATE)).toBe('AWS list price: $0.18; DF Studio: $2.52');
  });
  it('is no more exact than a guess can be', () => {
    expect([0.2, 7.4, 43, 250, 1000, 9000].map(aboutText)).toEqual([
      'a moment',
      '~7 s',
      '~45 s',
      '~4 min',
      '~17 min',
      '~2 h 30 min',
    ]);
  });
  it('says how much of a guess it is', () => {
    expect(asideText(ESTIMATE)).toBe('3 were looked through already');
    expect(asideText({ ...ESTIMATE, is_measured: false })).toMatch(/^3 were .*; how many .* guess/);
    expect(asideText({ ...ESTIMATE, already: 0 })).toBe('');
  });
  it('says what is left out', () => {
    expect(alreadyText(ESTIMATE)).toBe('3 were looked through already');
    expect(alreadyText({ ...ESTIMATE, already: 0 })).toBe('');
    expect(alreadyText({ ...ESTIMATE, to_do: 0 })).toBe('All were looked through already.');
    expect(alreadyText({ ...ESTIMATE, already: 1, to_do: 0 })).toBe(
      'It was looked through already.',
    );
  });
});

describe('a run', () => {
  it('says how far and how fast it is', () => {
    expect(shareDone(RUN)).toBeCloseTo(11 / 57);
    expect(shareDone({ ...RUN, photos: 0 })).toBe(1);
    expect(paceText(RUN)).toBe('3.4 faces/s');
    expect(paceText({ ...RUN, faces_per_second: null })).toBe('');
  });
  it('says at its end what is to be reviewed, and where', () => {
    expect(endText(DONE)).toBe('57 faces: 40 suggested, 17 unknown');
    expect(endText({ ...DONE, faces: 0, suggested: 0, unknown: 0 })).toBe('No face');
    expect(endText({ ...DONE, is_estimate: true, named: 0, suggested: 0 })).toBe(
      '57 faces: about 17 unknown',
    );
    expect(reviewAddress(DONE)).toBe('/people');
    expect(reviewAddress({ ...DONE, suggested: 0 })).toBe('/people/unknown');
    expect(reviewAddress({ ...DONE, suggested: 0, unknown: 0, named: 57 })).toBe('');
  });
});

describe('the runs that are shown', () => {
  const ended = { ...DONE, run_id: 'b' };
  const older = { ...DONE, run_id: 'c' };
  it('are those that go on, or else the last one', () => {
    expect(shownRuns([RUN, ended, older], new Set())).toEqual([RUN]);
    expect(shownRuns([ended, older], new Set())).toEqual([ended]);
  });
  it('do not come back once put away, and none older instead', () => {
    expect(shownRuns([ended, older], new Set(['b']))).toEqual([]);
  });
  it('leave out what had nothing to do', () => {
    expect(shownRuns([{ ...ended, done: 0, failed: 0 }], new Set())).toEqual([]);
  });
  it('follow what events tell', () => {
    expect(withRun([RUN], ended).map((run) => run.run_id)).toEqual(['b', 'a']);
    expect(withRun([RUN, ended], { ...RUN, done: 12 })[0]?.done).toBe(12);
  });
});
