import { afterEach, describe, expect, it, vi } from 'vitest';

import type { PersonDetail, PersonListed } from '../../../api/people';

vi.stubGlobal('document', { querySelector: () => null });
vi.stubGlobal('addEventListener', () => {});
vi.mock('../../../api/people', async (original) => ({
  ...(await original<object>()),
  findPeople: vi.fn(),
  personDetail: vi.fn(),
}));

const { findPeople, personDetail } = await import('../../../api/people');
const { workspace } = await import('../workspace.svelte');
const { toasts } = await import('../../../parts/toasts.svelte');
const { classify, split } = await import('./classifying');
const { rename } = await import('./renaming');

const someone = (user_id: string, changes: Partial<PersonListed> = {}): PersonListed => ({
  user_id,
  name: user_id,
  role: null,
  faces: 3,
  version: 7,
  classification: 'named',
  aliases: [],
  face_id: null,
  asset_id: null,
  ...changes,
});
const ada = someone('u1', { name: 'Ada' });
const ben = someone('u2', { name: 'Ben' });
const done = { event_id: 1, faces: 0, people: [], skipped: 0, says: 'Done' };

afterEach(() => vi.restoreAllMocks());

describe('a new name', () => {
  it('goes with the version that was seen', async () => {
    vi.mocked(findPeople).mockResolvedValue({ people: [], total: 0, next: null });
    const change = vi.spyOn(workspace, 'change').mockResolvedValue(done);
    expect(await rename(ben, { name: ' Benedikt  B. ' }, {})).toBe('done');
    expect(change).toHaveBeenCalledWith('u2', { version: 7, name: 'Benedikt B.' });
  });
  it('of somebody else changes nothing: who it is comes back', async () => {
    vi.mocked(findPeople).mockResolvedValue({ people: [ada], total: 1, next: null });
    const change = vi.spyOn(workspace, 'change');
    expect(await rename(ben, { name: 'ADA' }, {})).toBe(ada);
    expect(change).not.toHaveBeenCalled();
  });
  it('that was picked from the list asks about who was picked', async () => {
    vi.mocked(personDetail).mockResolvedValue(ada as PersonDetail);
    const change = vi.spyOn(workspace, 'change');
    expect(await rename(ben, { user_id: 'u1', name: 'Ada' }, {})).toBe(ada);
    expect(change).not.toHaveBeenCalled();
  });
  it('is written once it is said that they are two, with the role that tells them apart', async () => {
    const change = vi.spyOn(workspace, 'change').mockResolvedValue(done);
    expect(await rename(ben, { name: 'Ada' }, { both: true, role: 'Guest' })).toBe('done');
    expect(change).toHaveBeenCalledWith('u2', { version: 7, name: 'Ada', role: 'Guest' });
  });
  it('that is the old one asks nobody', async () => {
    vi.mocked(findPeople).mockClear();
    expect(await rename(ben, { name: 'Ben' }, {})).toBe('done');
    expect(findPeople).not.toHaveBeenCalled();
  });
});

describe('what kind of people several are', () => {
  it('changes only who is of another kind and has a name', () => {
    const unnamed = someone('u3', { name: 'u3', version: 0 });
    const ignored = someone('u4', { name: 'Dina', classification: 'ignored' });
    expect(split([ada, unnamed, ignored], 'ignored')).toEqual({ due: [ada], unnamed: 1 });
  });
  it('is said in one notice, whose Undo takes back every one', async () => {
    const change = vi.spyOn(workspace, 'change').mockResolvedValue(done);
    const undo = vi.spyOn(workspace, 'undo').mockResolvedValue(done);
    await classify([ada, ben], 'ignored');
    expect(change).toHaveBeenCalledTimes(2);
    const notice = toasts.list.at(-1);
    expect(notice?.text).toBe('2 people are ignored now.');
    notice?.undo?.();
    await vi.waitFor(() => expect(undo).toHaveBeenCalledTimes(2));
  });
});
