import { describe, expect, it } from 'vitest';

import type { Candidate } from '../../../api/people';
import { made, suggested } from './made';
import {
  faceAt,
  putBack,
  renewed,
  seenFurther,
  shownFaces,
  spotsOf,
  taken,
  unfolded,
  type Row,
} from './rows';

const ids = (row: Row | undefined) => (row ? shownFaces(row).map((face) => face.face_id) : []);
const two = () => [
  made('ada', { likely: ['a1', 'a2', 'x'], maybe: ['a3'], unlikely: ['a4'] }),
  made('ben', { maybe: ['x', 'b1'] }),
];

describe('rows of the review', () => {
  it('show the likely ones, and one band more each time they are unfolded', () => {
    const [ada] = two();
    expect(ids(ada)).toEqual(['a1', 'a2', 'x']);
    expect(spotsOf(ada!).at(-1)).toEqual({ user_id: 'ada', face_id: null });
    expect(ids(unfolded(ada!))).toEqual(['a1', 'a2', 'x', 'a3']);
    const whole = unfolded(unfolded(ada!));
    expect(ids(whole)).toEqual(['a1', 'a2', 'x', 'a3', 'a4']);
    expect(spotsOf(whole).at(-1)?.face_id).toBe('a4');
  });
  it('show the maybes of who has no likely ones, and never begin with the unlikely', () => {
    expect(ids(two()[1])).toEqual(['x', 'b1']);
    expect(ids(made('cleo', { unlikely: ['c'] }))).toEqual([]);
  });
  it('show the maybes once the likely ones are answered and were mostly right', () => {
    const [ada] = two();
    const all = new Set(['a1', 'a2', 'x']);
    expect(seenFurther(ada!, all, 3).depth).toBe(2);
    expect(seenFurther(ada!, new Set(['a1', 'a2']), 2).depth).toBe(1);
    expect(seenFurther({ ...ada!, rejected: 2 }, all, 1).depth).toBe(1);
  });
  it('order faces by certainty whatever order they came in', () => {
    const row = made('ada', {});
    const likely = [suggested('sure', 'likely', 99), suggested('less', 'likely', 91)];
    expect(ids(renewed(row, { ...row, likely }, new Set(), 10))).toEqual(['less', 'sure']);
  });
  it('lose a face that is somebody everywhere', () => {
    const { rows, removed } = taken(two(), new Set(['x']), null);
    expect(rows.map(ids)).toEqual([['a1', 'a2'], ['b1']]);
    expect(removed.map((one) => one.user_id)).toEqual(['ada', 'ben']);
  });
  it('lose a face that is not this person only there', () => {
    const before = two();
    const { rows } = taken(before, new Set(['x']), 'ada');
    expect(rows.map(ids)).toEqual([
      ['a1', 'a2'],
      ['x', 'b1'],
    ]);
    expect(rows[1]).toBe(before[1]);
  });
  it('get a face back where it was', () => {
    const { rows, removed } = taken(two(), new Set(['a2', 'x']), null);
    expect(putBack(rows, removed).map(ids)).toEqual(two().map(ids));
  });
  it('come back with their face when they had left', () => {
    const [, ben] = two();
    const { removed } = taken([ben!], new Set(['b1']), null);
    const rows = putBack([], removed, new Map([['ben', { ...ben!, maybe: [], finished: true }]]));
    expect(rows.map(ids)).toEqual([['b1']]);
    expect(rows[0]?.finished).toBe(false);
  });
  it('leave out what is being answered when they are fetched anew', () => {
    const [ada] = two();
    expect(ids(renewed(ada!, ada!, new Set(['a1']), 100))).toEqual(['a2', 'x']);
  });
  it('leave faces that are more like somebody else to that one when they are fetched anew', () => {
    const [ada] = two();
    const rival = { user_id: 'ben', name: 'BEN', percent: 95, false_match_rate: 0, band: 'likely' };
    const likely = ada!.likely.map((face) =>
      face.face_id === 'a1' ? { ...face, rivals: [rival as Candidate] } : face,
    );
    expect(ids(renewed(ada!, { ...ada!, likely }, new Set(), 100))).toEqual(['a2', 'x']);
  });
  it('are full when there were as many as asked for', () => {
    const [ada] = two();
    expect(renewed(ada!, ada!, new Set(), 5).full).toBe(true);
    expect(renewed(ada!, ada!, new Set(), 6).full).toBe(false);
  });
  it('find a face by its spot', () => {
    expect(faceAt(two(), { user_id: 'ben', face_id: 'b1' })?.face_id).toBe('b1');
    expect(faceAt(two(), { user_id: 'ben', face_id: null })).toBeNull();
  });
});
