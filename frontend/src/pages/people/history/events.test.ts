import { describe, expect, it } from 'vitest';

import type { HistoryEvent } from '../../../api/people';
import { byDay, canRevert, kindTitle, namesOf, revertSentence, saysOf, stateOf } from './events';

const event = (event_id: number, changes: Partial<HistoryEvent> = {}): HistoryEvent => ({
  event_id,
  at: new Date(2026, 10, 22, 9, event_id).toISOString(),
  actor: 'me',
  is_mine: true,
  kind: 'name',
  faces: 2,
  people: ['Ada'],
  says: '2 faces are Ada now',
  is_undone: false,
  is_kept: true,
  ...changes,
});

describe('byDay', () => {
  const now = new Date(2026, 10, 22, 23, 59);
  it('puts the events of a day together, in the order they came', () => {
    const yesterday = new Date(2026, 10, 21, 0, 1).toISOString();
    const days = byDay([event(3), event(2), event(1, { at: yesterday })], now);
    expect(days.map((day) => [day.title, day.events.map((one) => one.event_id)])).toEqual([
      ['Today', [3, 2]],
      ['Yesterday', [1]],
    ]);
  });
  it('writes older days out', () => {
    const at = new Date(2026, 9, 5, 12).toISOString();
    expect(byDay([event(1, { at })], now)[0]?.title).toBe('Monday, 5 October 2026');
  });
});

describe('an event', () => {
  it('can be taken back while it holds and its contents are known', () => {
    expect(canRevert(event(1))).toBe(true);
    expect(canRevert(event(1, { is_undone: true }))).toBe(false);
    expect(stateOf(event(1, { is_kept: false }))).toBe('forgotten');
  });
  it('says what taking it back will do', () => {
    expect(revertSentence(event(1))).toContain('The 2 faces will be who they were before');
    expect(revertSentence(event(1, { kind: 'confirm', faces: 1 }))).toContain('The face will be');
    expect(revertSentence(event(1, { kind: 'something new' }))).toBe(
      'It will be as it was before.',
    );
  });
  it('names each once, and nobody by an id', () => {
    const gone = 'person-5f4b850c-c4a7-4c2c-be47-94b84c90690b';
    const about = event(1, { people: ['Ada', gone, 'Ada'], says: `1 face is ${gone}` });
    expect(namesOf(about)).toEqual(['Ada']);
    expect(saysOf(about)).toBe('1 face is somebody who is gone');
  });
  it('has a title, also of a kind that is not known', () => {
    expect(kindTitle('not a face')).toBe('Not a face');
    expect(kindTitle('some_thing')).toBe('Some thing');
  });
});
