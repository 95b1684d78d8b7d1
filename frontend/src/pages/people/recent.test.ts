import { describe, expect, it } from 'vitest';

import { fromList, renamed, usedNow, type Recent } from './recent';

const person = (id: string) => ({ user_id: id, name: id.toUpperCase() });
const ids = (places: readonly Recent[]) => places.map((one) => one.user_id).join('');

describe('the keys of people named lately', () => {
  it('begins with the latest under 1', () => {
    expect(ids(fromList([...'abc'].map(person)))).toBe('abc');
  });
  it('leaves everybody under the same key when one of them is used', () => {
    expect(ids(usedNow(fromList([...'abc'].map(person)), person('c')))).toBe('abc');
  });
  it('puts a new person at the end while there is room', () => {
    expect(ids(usedNow(fromList([...'ab'].map(person)), person('x')))).toBe('abx');
  });
  it('gives the key of who was not used for longest to a new person', () => {
    let places = fromList([...'abcdefghi'].map(person));
    places = usedNow(places, person('i'));
    expect(ids(usedNow(places, person('x')))).toBe('abcdefgxi');
  });
  it('keeps nine at most', () => {
    expect(fromList([...'abcdefghijkl'].map(person))).toHaveLength(9);
  });
  it('shows a new name, and drops who is gone or became somebody else of the list', () => {
    const places = fromList([...'abc'].map(person));
    expect(renamed(places, person('b'), { user_id: 'b', name: 'Bo' })[1]?.name).toBe('Bo');
    expect(ids(renamed(places, person('b'), null))).toBe('ac');
    expect(ids(renamed(places, person('b'), person('c')))).toBe('ac');
  });
});
