import { describe, expect, it } from 'vitest';

import type { AssetFace } from '../../api/library';
import { faceFacts, rateText } from './facts';

const FACE: AssetFace = {
  face_id: 'f',
  box: { left: 0, top: 0, width: 1, height: 1 },
  confidence: 99.5,
  age: { low: 25, high: 31 },
  gender: { value: 'Female', confidence: 97 },
  emotions: [
    { name: 'HAPPY', confidence: 88 },
    { name: 'CALM', confidence: 9 },
  ],
  answers: {
    SMILE: { value: true, confidence: 95 },
    EYEGLASSES: { value: false, confidence: 99 },
    EyesOpen: { value: true, confidence: 96 },
  },
  pose: { roll: 1.4, yaw: -12.2, pitch: 3 },
  quality: { brightness: 61, sharpness: 92 },
  person: null,
  guess: null,
  refused: [],
};

describe('a face in words', () => {
  it('says what is so and leaves out what is not', () => {
    expect(faceFacts(FACE).summary).toBe('25–31 years, female, happy, smiling');
  });
  it('keeps quiet about what nobody is sure of', () => {
    const unsure = {
      ...FACE,
      age: null,
      gender: { value: 'Male', confidence: 41 },
      emotions: [{ name: 'SAD', confidence: 30 }],
      answers: {},
    };
    expect(faceFacts(unsure).summary).toBe('');
  });
  it('lists every answer, whichever way its name is written', () => {
    const rows = faceFacts(FACE).rows;
    expect(rows.find((row) => row.name === 'Eyes open')?.value).toBe('yes 96.0 %');
    expect(rows.find((row) => row.name === 'Turned, raised, tilted')?.value).toBe('-12°, 3°, 1°');
  });
});

describe('a frame rate', () => {
  it('is a number people know', () => {
    expect(rateText('30000/1001')).toBe('29.97');
    expect(rateText('25')).toBe('25');
    expect(rateText('odd')).toBe('odd');
  });
});
