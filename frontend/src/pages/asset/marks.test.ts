import { describe, expect, it } from 'vitest';

import type { AssetFace } from '../../api/library';
import { faceMark } from './inphoto';
import { labelMark, marksOf, shownMarks } from './marks';

const face = (left: number, more: Partial<AssetFace> = {}): AssetFace => ({
  face_id: 'f',
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
const box = { left: 0.1, top: 0.1, width: 0.2, height: 0.2, confidence: 80 };
const found = {
  faces: [face(0.7), face(0.1, { face_id: null })],
  labels: [
    {
      name: 'Dog',
      confidence: 90,
      parents: [],
      aliases: [],
      categories: [],
      boxes: [box, { ...box, left: 0.5 }],
    },
  ],
  text: [{ text: 'EXIT', confidence: 90, polygon: [{ x: 0, y: 0 }], words: [] }],
};

describe('marks', () => {
  it('are those of the layers', () => {
    expect(marksOf(found, new Set(['labels'])).map((mark) => mark.id)).toEqual([
      labelMark('Dog'),
      labelMark('Dog'),
    ]);
    expect(marksOf(found, new Set())).toEqual([]);
    expect(marksOf(found, new Set(['faces'])).map((mark) => mark.faint)).toEqual([true, false]);
  });
  it('come for the row that is pointed at, though its layer is hidden', () => {
    const shown = shownMarks(found, new Set(['faces']), labelMark('Dog'));
    expect(shown.filter((mark) => mark.id === labelMark('Dog'))).toHaveLength(2);
    expect(shown.filter((mark) => mark.id === faceMark(0))).toHaveLength(1);
    expect(shownMarks(found, new Set(['faces']), faceMark(0))).toHaveLength(2);
  });
});
