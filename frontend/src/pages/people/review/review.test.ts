import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Bands, Done, Review } from '../../../api/people';
import type { Change } from '../workspace.svelte';
import { made } from './made';
import { shownFaces, type Row } from './rows';

const server = vi.hoisted(() => ({
  review: vi.fn(),
  suggestionsFor: vi.fn(),
  personDetail: vi.fn(),
  personFaces: vi.fn(),
}));
const workspace = vi.hoisted(() => ({ decide: vi.fn() }));
vi.mock('../../../api/people', () => server);
vi.mock('../workspace.svelte', () => ({ workspace }));

const { ReviewState } = await import('./review.svelte');

const DONE: Done = { event_id: 1, faces: 1, people: [], skipped: 0, says: 'Done' };
const NOTHING: Bands = { likely: [], maybe: [], unlikely: [] };
const undo: Change = { what: 'undo', done: DONE };
const redo: Change = { what: 'redo', done: DONE };

const said = (rows: Row[]): Review => ({
  rows: rows.map((row) => ({ ...row, reference: [...row.reference] })),
  more: false,
});
const ids = (row: Row | undefined) => (row ? shownFaces(row).map((face) => face.face_id) : null);
const settled = () => vi.advanceTimersByTimeAsync(0);

async function opened(...rows: Row[]) {
  server.review.mockResolvedValue(said(rows));
  const state = new ReviewState();
  await state.load();
  return state;
}

describe('the review', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetAllMocks();
    workspace.decide.mockResolvedValue(DONE);
    server.suggestionsFor.mockResolvedValue(NOTHING);
  });

  it('begins with the least certain face of the first person', async () => {
    const state = await opened(
      made('ada', { likely: ['a1', 'a2'] }),
      made('ben', { maybe: ['b'] }),
    );
    expect(state.spot).toEqual({ user_id: 'ada', face_id: 'a1' });
  });

  it('takes an answered face away before the server has heard of it', async () => {
    const state = await opened(made('ada', { likely: ['a1', 'a2'] }));
    state.answer('confirm');
    expect(ids(state.rows[0])).toEqual(['a2']);
    expect(state.spot?.face_id).toBe('a2');
    expect(workspace.decide).toHaveBeenCalledWith(['a1'], { do: 'confirm', user_id: 'ada' }, {});
  });

  it('brings a refused face back, and the keys with it', async () => {
    workspace.decide.mockResolvedValue(null);
    const state = await opened(made('ada', { likely: ['a1', 'a2', 'a3'] }));
    state.answer('confirm');
    await settled();
    expect(ids(state.rows[0])).toEqual(['a1', 'a2', 'a3']);
    expect(state.spot?.face_id).toBe('a1');
  });

  it('does not drag the keys back when they have gone on meanwhile', async () => {
    workspace.decide.mockResolvedValue(null);
    const state = await opened(made('ada', { likely: ['a1', 'a2', 'a3'] }));
    state.answer('confirm');
    state.go({ user_id: 'ada', face_id: 'a3' });
    await settled();
    expect(state.spot?.face_id).toBe('a3');
  });

  it('answers a range at once', async () => {
    const state = await opened(made('ada', { likely: ['a1', 'a2', 'a3'] }));
    state.go({ user_id: 'ada', face_id: 'a2' }, { extend: true });
    state.answer('reject');
    expect(workspace.decide).toHaveBeenCalledWith(
      ['a1', 'a2'],
      { do: 'reject', user_id: 'ada' },
      {},
    );
    expect(state.chosen.size).toBe(0);
    expect(state.spot?.face_id).toBe('a3');
  });

  it('accepts a band, or what is more certain in it than the face that the keys are on', async () => {
    const bands = { likely: ['a1', 'a2', 'a3'], maybe: ['m'] };
    const whole = await opened(made('ada', bands));
    whole.acceptBand();
    expect(workspace.decide.mock.calls[0]?.[0]).toEqual(['a1', 'a2', 'a3']);
    expect(ids(whole.rows[0])).toEqual(['m']);
    expect(whole.spot?.face_id).toBe('m');
    const part = await opened(made('ada', bands));
    part.go({ user_id: 'ada', face_id: 'a2' });
    part.acceptFromHere();
    expect(workspace.decide.mock.calls[1]?.[0]).toEqual(['a2', 'a3']);
  });

  it('refuses what is left of a band at once, and leaves the maybes folded then', async () => {
    const state = await opened(made('ada', { likely: ['a1', 'a2'], maybe: ['m'] }));
    state.rejectBand();
    const refused = { do: 'reject', user_id: 'ada' };
    expect(workspace.decide).toHaveBeenCalledWith(['a1', 'a2'], refused, {});
    expect(ids(state.rows[0])).toEqual([]);
    expect(state.spot).toEqual({ user_id: 'ada', face_id: null });
  });

  it('brings back what is undone, last first, and takes it away when it is redone', async () => {
    const state = await opened(made('ada', { likely: ['a1', 'a2', 'a3'] }));
    server.suggestionsFor.mockImplementation(() => Promise.resolve({ ...state.rows[0] }));
    state.answer('confirm');
    state.answer('reject');
    await settled();
    expect(ids(state.rows[0])).toEqual(['a3']);
    state.heard(undo);
    expect(ids(state.rows[0])).toEqual(['a2', 'a3']);
    expect(state.spot?.face_id).toBe('a2');
    state.heard(undo);
    expect(state.spot?.face_id).toBe('a1');
    state.heard(redo);
    expect(ids(state.rows[0])).toEqual(['a2', 'a3']);
    expect(state.answered).toBe(1);
  });

  it('looks anew when something is undone that was done elsewhere', async () => {
    const state = await opened(made('ada', { likely: ['a1'] }));
    state.heard(undo);
    expect(server.review).toHaveBeenCalledTimes(2);
  });

  it('asks once more when a row is empty, says that it is finished, and lets it go', async () => {
    const state = await opened(made('ada', { likely: ['a1'] }), made('ben', { likely: ['b1'] }));
    state.answer('confirm');
    expect(state.spot).toEqual({ user_id: 'ben', face_id: 'b1' });
    await settled();
    expect(state.rows[0]).toMatchObject({ finished: true, confirmed: 1 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(state.rows.map((row) => row.user_id)).toEqual(['ben']);
    state.heard(undo);
    expect(state.rows.map((row) => row.user_id)).toContain('ada');
    expect(state.spot?.face_id).toBe('a1');
  });

  it('looks anew at a person of whom many faces were confirmed at once', async () => {
    workspace.decide.mockResolvedValue({ ...DONE, faces: 5 });
    const better = made('ada', { likely: ['m1'], maybe: ['m2'] });
    server.suggestionsFor.mockResolvedValue(better);
    const likely = ['a1', 'a2', 'a3', 'a4', 'a5'];
    const state = await opened(made('ada', { likely, maybe: ['m1', 'm2'] }));
    state.acceptBand();
    await settled();
    expect(ids(state.rows[0])).toEqual(['m1', 'm2']);
    expect(state.rows[0]?.likely.map((face) => face.face_id)).toEqual(['m1']);
  });

  it('goes on with a row for whom there are more suggestions by now', async () => {
    server.suggestionsFor.mockResolvedValue({ ...NOTHING, ...made('ada', { likely: ['new'] }) });
    const state = await opened(made('ada', { likely: ['a1'] }));
    state.answer('confirm');
    await settled();
    expect(ids(state.rows[0])).toEqual(['new']);
    expect(state.spot?.face_id).toBe('new');
  });

  it('fetches anew what the server left as it was', async () => {
    workspace.decide.mockResolvedValue({ ...DONE, event_id: null, faces: 0, skipped: 1 });
    const row = made('ada', { likely: ['a1', 'a2'] });
    server.suggestionsFor.mockResolvedValue(row);
    const state = await opened(row);
    state.answer('confirm');
    await settled();
    expect(ids(state.rows[0])).toEqual(['a1', 'a2']);
    expect(state.answered).toBe(0);
  });

  it('shows unlikely faces on request', async () => {
    const state = await opened(made('ada', { unlikely: ['u1', 'u2'] }));
    expect(state.spot).toEqual({ user_id: 'ada', face_id: null });
    state.unfold('ada');
    expect(ids(state.rows[0])).toEqual(['u1', 'u2']);
    expect(state.spot?.face_id).toBe('u1');
  });
});
