import { describe, expect, it } from 'vitest';

import type { PersonListed } from '../../../api/people';
import { isUnnamed, listed, mergeSentence, stays } from './merging';
import { EVERYBODY, namesakes, peopleAddress, personAddress, readPeopleQuery } from './query';

const someone = (user_id: string, changes: Partial<PersonListed> = {}): PersonListed => ({
  user_id,
  name: user_id.toUpperCase(),
  role: null,
  faces: 3,
  version: 1,
  classification: 'named',
  aliases: [],
  face_id: null,
  asset_id: null,
  ...changes,
});

describe('the address of the list', () => {
  it('says what is shown, and is read again as it was written', () => {
    const query = { words: 'ada lo', classification: 'key', sort: 'name' } as const;
    const address = peopleAddress(query);
    expect(address).toBe('/people/all?q=ada+lo&class=key&sort=name');
    expect(readPeopleQuery(new URL(address, 'http://x').searchParams)).toEqual(query);
  });
  it('is short for everybody, and takes what it does not know for that', () => {
    expect(peopleAddress(EVERYBODY)).toBe('/people/all');
    expect(readPeopleQuery(new URLSearchParams('class=friends&sort=up'))).toEqual(EVERYBODY);
  });
  it('holds ids of any letters', () => {
    expect(personAddress('a/b c')).toBe('/people/of/a%2Fb%20c');
  });
});

describe('who is called so', () => {
  const ada = someone('ada', { name: 'Ada  Lovelace', aliases: ['Countess'] });
  it('finds names and aliases, however they are spaced and capitalised', () => {
    expect(namesakes('ada LOVELACE', [ada], 'ben')).toEqual([ada]);
    expect(namesakes('countess', [ada], 'ben')).toEqual([ada]);
  });
  it('leaves out who is renamed, and who is called alike only in part', () => {
    expect(namesakes('Ada Lovelace', [ada], 'ada')).toEqual([]);
    expect(namesakes('Ada', [ada], 'ben')).toEqual([]);
  });
});

describe('who stays of people that are merged', () => {
  it('is who has a name, though the other has more faces', () => {
    const unnamed = someone('u1', { name: 'u1', version: 0, faces: 90 });
    expect(isUnnamed(unnamed)).toBe(true);
    expect(stays([unnamed, someone('ada')])?.user_id).toBe('ada');
  });
  it('is the key person, then who has most faces', () => {
    const key = someone('key', { classification: 'key', faces: 1 });
    expect(stays([someone('ada', { faces: 9 }), key])?.user_id).toBe('key');
    expect(stays([someone('ada'), someone('ben', { faces: 9 })])?.user_id).toBe('ben');
    expect(stays([])).toBeNull();
  });
  it('is said with how many faces it is about', () => {
    const said = mergeSentence([someone('ben'), someone('cleo')], someone('ada'));
    expect(said).toContain('6 faces of BEN and CLEO will be ADA.');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
  });
});
