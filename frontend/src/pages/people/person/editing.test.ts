import { describe, expect, it } from 'vitest';

import type { PersonDetail } from '../../../api/people';
import { consentText } from './consent';
import {
  aliasesOf,
  changeOf,
  changedFields,
  clashesOf,
  draftOf,
  problemsOf,
  rebased,
  takingTheirs,
} from './editing';

const ada: PersonDetail = {
  user_id: 'ada',
  name: 'Ada',
  role: 'Owner',
  faces: 3,
  version: 4,
  classification: 'named',
  aliases: ['Countess', 'A. L.'],
  face_id: null,
  asset_id: null,
  notes: '',
  birth_year: 1815,
  project_roles: { Wedding: 'Bride' },
  consent: { status: 'given', day: '2026-03-31', note: 'release no. 7' },
  photos: 3,
  drawn: 0,
  first_at: null,
  last_at: null,
};
const base = draftOf(ada);

describe('a draft', () => {
  it('sends consent as it was said, and neither day nor note of what was not asked', () => {
    const said = { ...base.consent, note: ' release no. 8 ' };
    expect(changeOf(base, { ...base, consent: said }, 4).consent).toEqual({
      status: 'given',
      day: '2026-03-31',
      note: 'release no. 8',
    });
    const unasked = { ...base, consent: { ...base.consent, status: 'unknown' as const } };
    expect(changeOf(base, unasked, 4)).toEqual({ version: 4, consent: { status: 'unknown' } });
    expect(consentText(base.consent)).toBe('Given 31 March 2026 · release no. 7');
  });
  it('has changed nothing before somebody types, nor by blanks', () => {
    expect(changedFields(base, { ...base, role: ' Owner ', aliases: 'Countess,A. L.' })).toEqual(
      [],
    );
    expect(changeOf(base, base, 4)).toEqual({ version: 4 });
  });
  it('sends only what changed, and the version it was shown with', () => {
    const draft = { ...base, name: 'Ada Lovelace ', birth_year: '' };
    expect(changeOf(base, draft, 4)).toEqual({ version: 4, name: 'Ada Lovelace', birth_year: 0 });
  });
  it('leaves out projects that are empty', () => {
    const rows = [...base.project_roles, { project: '', role: '' }, { project: 'Film', role: ' ' }];
    expect(changedFields(base, { ...base, project_roles: rows })).toEqual([]);
    const added = [...base.project_roles, { project: 'Film', role: 'Lead' }];
    expect(changeOf(base, { ...base, project_roles: added }, 4).project_roles).toEqual({
      Wedding: 'Bride',
      Film: 'Lead',
    });
  });
  it('takes other names with commas or on lines, each once', () => {
    expect(aliasesOf('Ada,  Countess \nAda; A. L.')).toEqual(['Ada', 'Countess', 'A. L.']);
  });
  it('says what is wrong', () => {
    const twice = [...base.project_roles, { project: 'wedding', role: 'Guest' }];
    const problems = problemsOf({ ...base, name: ' ', birth_year: '215', project_roles: twice });
    expect(Object.keys(problems)).toEqual(['name', 'birth_year', 'project_roles']);
    expect(problemsOf(base)).toEqual({});
  });
  it('of somebody without a name begins with none', () => {
    expect(draftOf({ ...ada, version: 0, name: 'user-7' }).name).toBe('');
  });
});

describe('when somebody else changed it meanwhile', () => {
  const now = draftOf({ ...ada, version: 5, name: 'Ada King', notes: 'Met in 1833.' });
  it('what was typed stays, the rest is as it is now', () => {
    const draft = { ...base, name: 'Ada Byron', role: 'Guest' };
    const after = rebased(base, now, draft);
    expect([after.name, after.role, after.notes]).toEqual(['Ada Byron', 'Guest', 'Met in 1833.']);
    expect(changeOf(now, after, 5)).toEqual({ version: 5, name: 'Ada Byron', role: 'Guest' });
  });
  it('a field that both changed clashes, and says both', () => {
    const clashes = clashesOf(base, now, { ...base, name: 'Ada Byron', role: 'Guest' });
    expect(clashes).toEqual([
      { field: 'name', title: 'Name', now: 'Ada King', typed: 'Ada Byron' },
    ]);
  });
  it('there is no clash when both say the same', () => {
    expect(clashesOf(base, now, { ...base, name: 'Ada King' })).toEqual([]);
  });
  it('theirs can be taken', () => {
    expect(takingTheirs({ ...base, name: 'Ada Byron' }, now, 'name').name).toBe('Ada King');
  });
});
