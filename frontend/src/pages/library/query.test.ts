import { describe, expect, it } from 'vitest';

import {
  NOTHING,
  askedOf,
  assetAddress,
  daysOf,
  filterCount,
  isAsking,
  lastWord,
  libraryAddress,
  readQuery,
  toggled,
  withoutLastWord,
  writeQuery,
  type LibraryQuery,
} from './query';

const FULL: LibraryQuery = {
  words: 'red dress & "a phrase"',
  filters: { person: ['Ada Lovelace'], label: ['Dog', '-Cat'], media: ['video'] },
  from: '2024-02-01',
  until: '2024-02-29',
  minConfidence: 70,
  sort: 'newest',
  like: '',
  face: '',
};

describe('the address of a query', () => {
  it('gives back what was put into it', () => {
    expect(readQuery(new URLSearchParams(writeQuery(FULL)))).toEqual(FULL);
    const like = { ...NOTHING, like: 'a1', face: 'f2' };
    expect(readQuery(new URLSearchParams(writeQuery(like)))).toEqual(like);
  });
  it('is bare when nothing is looked for', () => {
    expect(libraryAddress(NOTHING)).toBe('/library');
    expect(readQuery(new URLSearchParams(''))).toEqual(NOTHING);
  });
  it('leaves out what somebody mistyped', () => {
    const said = 'from=yesterday&until=2024-13-01&min=lots&sort=best&label=&label=-&label=Dog';
    expect(readQuery(new URLSearchParams(said))).toEqual({
      ...NOTHING,
      filters: { label: ['Dog'] },
    });
    expect(readQuery(new URLSearchParams('min=900')).minConfidence).toBe(100);
  });
  it('names an asset with the way back, its place and a moment', () => {
    expect(assetAddress('a b', { ...NOTHING, words: 'dog' }, { place: 3, at: 1200.4 })).toBe(
      '/library/assets/a%20b?q=dog&n=3&t=1200',
    );
    expect(assetAddress('a')).toBe('/library/assets/a');
  });
});

describe('what the server is asked', () => {
  it('has the last day in it', () => {
    const asked = askedOf(FULL);
    expect(new Date(asked.to ?? '').getTime() - new Date(asked.from ?? '').getTime()).toBe(
      29 * 86_400_000,
    );
    expect(asked.label).toEqual(['Dog', '-Cat']);
    expect(asked.min_confidence).toBe(70);
  });
  it('is nothing for nothing', () => expect(askedOf({ ...NOTHING, words: '  ' })).toEqual({}));
});

describe('filters', () => {
  it('come and go, and a value is never wanted and unwanted at once', () => {
    const dog = toggled(NOTHING, 'label', 'Dog');
    expect(dog.filters.label).toEqual(['Dog']);
    expect(toggled(dog, 'label', '-Dog').filters.label).toEqual(['-Dog']);
    expect(toggled(dog, 'label', 'Dog')).toEqual(NOTHING);
  });
  it('are counted', () => {
    expect(filterCount(FULL)).toBe(6);
    expect(filterCount({ ...NOTHING, words: 'dog', sort: 'oldest' })).toBe(0);
  });
  it('are no question when only the order was chosen', () => {
    expect(isAsking({ ...NOTHING, sort: 'oldest' })).toBe(false);
    expect(isAsking({ ...NOTHING, words: 'dog' })).toBe(true);
  });
});

describe('periods', () => {
  it('are whole months and years', () => {
    expect(daysOf('2024-02')).toEqual({ from: '2024-02-01', until: '2024-02-29' });
    expect(daysOf('2023')).toEqual({ from: '2023-01-01', until: '2023-12-31' });
    expect(daysOf('2023-13')).toBeNull();
  });
});

describe('the word that is being typed', () => {
  it('is the last one, if it has not ended', () => {
    expect(lastWord('red dre')).toBe('dre');
    expect(lastWord('red ')).toBe('');
    expect(withoutLastWord('red dre')).toBe('red');
    expect(withoutLastWord('dre')).toBe('');
  });
});
