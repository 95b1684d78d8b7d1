import { describe, expect, it } from 'vitest';

import type { FaceExplained, PersonDetail } from '../../api/people';
import { allTitle, mayBe, mergeQuestion, stepOf } from './editing';

const ada = { user_id: 'a', name: 'Ada', role: 'Founder' };

describe('saving what is said of this face', () => {
  it('names whom nobody knows', () => {
    expect(stepOf('this', null, { name: 'Ada', role: ' Founder ' })).toEqual({
      step: 'face',
      decision: { do: 'name', name: 'Ada', role: 'Founder' },
    });
    expect(stepOf('this', null, { name: 'Ada', role: '' })).toEqual({
      step: 'face',
      decision: { do: 'name', name: 'Ada' },
    });
  });
  it('confirms whom nobody has, and moves who was somebody else', () => {
    const ben = { user_id: 'b', name: 'Ben', role: '' };
    expect(stepOf('this', null, ben)).toMatchObject({ decision: { do: 'confirm', user_id: 'b' } });
    expect(stepOf('this', ada, ben)).toMatchObject({ decision: { do: 'move', user_id: 'b' } });
    expect(stepOf('this', ada, { name: 'Somebody new', role: '' })).toMatchObject({
      decision: { do: 'name', name: 'Somebody new' },
    });
  });
  it('does nothing for nothing', () => {
    expect(stepOf('this', null, { name: '', role: '' })).toEqual({ step: 'nothing' });
    expect(stepOf('this', ada, ada)).toEqual({ step: 'nothing' });
    expect(stepOf('all', ada, ada)).toEqual({ step: 'nothing' });
  });
  it('changes the role of who it is', () => {
    expect(stepOf('this', ada, { ...ada, role: 'Chair' })).toEqual({
      step: 'change',
      role: 'Chair',
    });
  });
});

describe('saving what is said of all', () => {
  it('renames', () => {
    expect(stepOf('all', ada, { name: 'Ada Lovelace', role: 'Founder' })).toEqual({
      step: 'change',
      name: 'Ada Lovelace',
    });
  });
  it('asks whether two are one, where the name is somebody else’s', () => {
    expect(stepOf('all', ada, { user_id: 'b', name: 'Ben', role: '' })).toEqual({
      step: 'merge',
      into: 'b',
    });
  });
  it('names a whole group of unknown faces', () => {
    expect(stepOf('all', null, { name: 'Ada', role: '' })).toEqual({
      step: 'group',
      decision: { do: 'name', name: 'Ada' },
    });
    expect(stepOf('all', null, { ...ada, role: '' })).toEqual({
      step: 'group',
      decision: { do: 'confirm', user_id: 'a' },
    });
  });
});

describe('words', () => {
  it('say whom all means', () => {
    expect(allTitle(ada, 12)).toBe('All 12 faces of Ada');
    expect(allTitle(ada, null)).toBe('All of Ada');
    expect(allTitle(null, null)).toBe('All faces like this');
  });
  it('ask with both names and counts', () => {
    const asked = mergeQuestion(
      { ...ada, faces: 1 } as PersonDetail,
      { user_id: 'b', name: 'Ben', role: 'Pilot', faces: 12 } as PersonDetail,
    );
    expect(asked.text).toBe(
      "Ben, Pilot is known already, with 12 faces. All 1 face of Ada will be Ben's.",
    );
  });
});

describe('who it may be', () => {
  it('leaves out who it was said not to be, who it is, and who is unlikely', () => {
    const face = {
      person: { user_id: 'a' },
      candidates: [
        { user_id: 'a' },
        { user_id: 'b' },
        { user_id: 'c', band: 'maybe' },
        { user_id: 'd', band: 'unlikely' },
      ],
      rejected: [{ user_id: 'b', name: 'Ben' }],
    } as unknown as FaceExplained;
    expect(mayBe(face).map((one) => one.user_id)).toEqual(['c']);
    expect(mayBe(null)).toEqual([]);
  });
});
