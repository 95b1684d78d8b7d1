import { describe, expect, it } from 'vitest';

import { Layout, shapeFor, type Shape } from './layout';
import { made } from './made';
import { afterAnswer, moved, rangeOf } from './moving';
import { unfolded, type Spot } from './rows';

const THREE: Shape = { ...shapeFor(900), columns: 3 };
const rows = [
  unfolded(
    made('ada', { likely: ['a1', 'a2', 'a3', 'a4', 'a5'], maybe: ['a6'], unlikely: ['a7'] }),
  ),
  made('ben', { maybe: ['b1', 'b2'] }),
  made('cleo', { unlikely: ['c1'] }),
];
const sections = new Layout().sections(rows, THREE);
const at = (user_id: string, face_id: string | null): Spot => ({ user_id, face_id });
const go = (key: string, from: Spot, whole = false) => {
  const to = moved(key, from, sections, { whole });
  return to && `${to.user_id} ${to.face_id ?? 'fold'}`;
};

describe('arrows', () => {
  it('go left and right through the bands of one person to the folded one, and end there', () => {
    expect(go('ArrowRight', at('ada', 'a5'))).toBe('ada a6');
    expect(go('ArrowRight', at('ada', 'a6'))).toBe('ada fold');
    expect(go('ArrowRight', at('ada', null))).toBeNull();
    expect(go('ArrowLeft', at('ada', 'a1'))).toBeNull();
  });
  it('go down and up line by line, by the column they are in', () => {
    expect(go('ArrowDown', at('ada', 'a2'))).toBe('ada a5');
    expect(go('ArrowDown', at('ada', 'a3'))).toBe('ada a5');
    expect(go('ArrowUp', at('ada', 'a5'))).toBe('ada a2');
    expect(go('ArrowDown', at('ada', 'a6'))).toBe('ada fold');
  });
  it('go on to the next and the previous person', () => {
    expect(go('ArrowDown', at('ada', null))).toBe('ben b1');
    expect(go('ArrowUp', at('ben', 'b2'))).toBe('ada fold');
    expect(go('ArrowDown', at('ben', 'b2'))).toBe('cleo fold');
    expect(go('ArrowDown', at('cleo', null))).toBeNull();
  });
  it('go to the ends of a person, and with Control of everything', () => {
    expect(go('Home', at('ada', 'a4'))).toBe('ada a1');
    expect(go('End', at('ada', 'a4'))).toBe('ada fold');
    expect(go('Home', at('ben', 'b2'), true)).toBe('ada a1');
    expect(go('End', at('ada', 'a1'), true)).toBe('cleo fold');
  });
  it('go from person to person by page keys', () => {
    expect(go('PageDown', at('ada', 'a3'))).toBe('ben b1');
    expect(go('PageUp', at('ben', 'b2'))).toBe('ben b1');
    expect(go('PageUp', at('ben', 'b1'))).toBe('ada a1');
  });
  it('are all the keys that move', () => {
    expect(go('y', at('ada', 'a1'))).toBeNull();
  });
});

describe('after an answer', () => {
  const after = (user: string, ...faces: string[]) => {
    const to = afterAnswer(rows, user, new Set(faces));
    return to && `${to.user_id} ${to.face_id ?? 'fold'}`;
  };
  it('comes the next open face of the person', () => {
    expect(after('ada', 'a2')).toBe('ada a3');
    expect(after('ada', 'a2', 'a4')).toBe('ada a5');
  });
  it('comes the first of the next person after the last', () => {
    expect(after('ada', 'a6')).toBe('ben b1');
    expect(after('ada', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6')).toBe('ben b1');
  });
  it('comes what was left out before, when nothing follows', () => {
    expect(after('ben', 'b2')).toBe('ben b1');
  });
  it('comes somebody above, and in the end the folded ones', () => {
    expect(after('ben', 'b1', 'b2')).toBe('ada a6');
    const rest = [made('ben', { maybe: ['b1'] }), made('cleo', { unlikely: ['c1'] })];
    expect(afterAnswer(rest, 'ben', new Set(['b1']))).toEqual(at('cleo', null));
    expect(afterAnswer([made('ben', { maybe: ['b1'] })], 'ben', new Set(['b1']))).toBeNull();
  });
});

describe('a range', () => {
  it('holds both its ends and what is between them, over bands, in either direction', () => {
    expect(rangeOf(rows[0]!, 'a4', 'a6')).toEqual(['a4', 'a5', 'a6']);
    expect(rangeOf(rows[0]!, 'a6', 'a4')).toEqual(['a4', 'a5', 'a6']);
    expect(rangeOf(rows[0]!, 'a1', 'gone')).toEqual([]);
  });
});
