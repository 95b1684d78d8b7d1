import { describe, expect, it } from 'vitest';

import { matchPath } from './paths';

describe('matchPath', () => {
  it('finds the parameters of a path', () => {
    expect(matchPath('/library/assets/:id', '/library/assets/a%20b')).toEqual({ id: 'a b' });
  });
  it('takes a path with a trailing slash for the same page', () => {
    expect(matchPath('/jobs', '/jobs/')).toEqual({});
  });
  it('leaves a longer or another path to others', () => {
    expect(matchPath('/library', '/library/assets')).toBeNull();
    expect(matchPath('/jobs', '/usage')).toBeNull();
  });
  it('keeps a parameter that is not an escape as it was typed', () => {
    expect(matchPath('/library/assets/:id', '/library/assets/100%')).toEqual({ id: '100%' });
  });
});
