import { describe, expect, it } from 'vitest';

import type { AssetFace, DrawnFace } from '../../api/library';
import { counted, drawnMark, faceMark, faceTitle, inOrder, isIn, markOf } from './inphoto';

const face = (left: number, more: Partial<AssetFace> = {}): AssetFace => ({
  face_id: `at ${left}`,
  box: { left, top: 0.2, width: 0.1, height: 0.2 },
  confidence: 99,
  age: null,
  gender: null,
  emotions: [],
  answers: {},
  pose: null,
  quality: null,
  person: null,
  guess: null,
  refused: [],
  ...more,
});
const ada = { user_id: 'u1', name: 'Ada', role: 'Founder' };
const tag: DrawnFace = {
  tag_id: 't',
  box: { left: 0.3, top: 0.1, width: 0.1, height: 0.1 },
  person: ada,
};
const photo = {
  faces: [
    face(0.7),
    face(0.1, { face_id: null }),
    face(0.5, { person: ada }),
    face(0.6, { verdict: 'not a face' }),
  ],
  drawn: [tag],
};

describe('the row of faces', () => {
  it('stands as they stand in the photo, the drawn ones among them', () => {
    expect(inOrder(photo).map((one) => one.id)).toEqual([
      faceMark(1),
      drawnMark('t'),
      faceMark(2),
      faceMark(3),
      faceMark(0),
    ]);
  });
  it('puts the upper one of two first', () => {
    const low = face(0.1, { box: { left: 0.1, top: 0.8, width: 0.1, height: 0.1 } });
    expect(inOrder({ faces: [low, face(0.1)] }).map((one) => one.place)).toEqual([1, 0]);
  });
  it('is narrowed to who has a name and who has none', () => {
    const row = inOrder(photo);
    expect(counted(row)).toEqual({ all: 4, named: 2, unknown: 2, aside: 1 });
    expect(row.filter((one) => isIn(one, 'unknown')).map((one) => one.place)).toEqual([1, 0]);
    expect(row.filter((one) => isIn(one, 'aside')).map((one) => one.place)).toEqual([3]);
  });
  it('works with a server that says nothing of drawn faces', () => {
    expect(inOrder({ faces: [] })).toEqual([]);
  });
});

describe('a face', () => {
  it('is called by name, by what was said, by guess, or not at all', () => {
    const guess = { user_id: 'u1', name: 'Ada', percent: 90 };
    expect(faceTitle(face(0, { person: ada, guess }))).toBe('Ada');
    expect(faceTitle(face(0, { guess }))).toBe('Ada?');
    expect(faceTitle(face(0, { guess, verdict: 'ignored' }))).toBe('Ignored');
    expect(faceTitle(face(0, { verdict: 'undecided' }))).toBe('Undecided');
    expect(faceTitle(face(0, { face_id: null }))).toBe('Too poor');
    expect(faceTitle(face(0))).toBe('Unknown');
  });
  it('that was drawn says in words that likeness does not find it', () => {
    const one = inOrder({ faces: [], drawn: [tag] })[0];
    if (!one) throw new Error('There is one.');
    expect(markOf(one).label).toBe('Ada · drawn, not searchable');
    expect(markOf(one).faint).toBe(true);
  });
});
