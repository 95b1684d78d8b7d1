import { beforeEach, describe, expect, it, vi } from 'vitest';

import { ApiFailure } from '../../api/client';
import type { Done } from '../../api/people';

const server = vi.hoisted(() => ({
  decide: vi.fn(),
  findPeople: vi.fn(),
  standing: vi.fn(),
  undo: vi.fn(),
}));
const questions = vi.hoisted(() => ({ ask: vi.fn() }));
const toasts = vi.hoisted(() => ({ say: vi.fn(), done: vi.fn() }));
vi.mock('../../api/people', () => server);
vi.mock('../../parts/questions.svelte', () => ({ questions }));
vi.mock('../../parts/toasts.svelte', () => ({ toasts }));

const { Workspace } = await import('./workspace.svelte');

const done = (changes: Partial<Done> = {}): Done => ({
  event_id: 7,
  faces: 1,
  people: ['ada'],
  skipped: 0,
  says: '1 face is Ada now',
  ...changes,
});
const CONFIRM = { do: 'confirm', user_id: 'ada' } as const;
const TWICE = new ApiFailure(409, 'twice_in_photo', 'Ada is in this photo already.');

describe('the workspace', () => {
  beforeEach(() => {
    vi.resetAllMocks();
    server.decide.mockResolvedValue(done());
    server.standing.mockResolvedValue(null);
  });

  it('tells what was done, with a way back', async () => {
    server.undo.mockResolvedValue(done({ says: 'Undone' }));
    const workspace = new Workspace();
    expect(await workspace.decide(['f'], CONFIRM)).toEqual(done());
    const [text, back] = toasts.done.mock.calls[0] ?? [];
    expect(text).toBe('1 face is Ada now');
    back();
    await vi.waitFor(() => expect(server.undo).toHaveBeenCalledOnce());
  });
  it('offers no way back when there was nothing to do', async () => {
    server.decide.mockResolvedValue(done({ event_id: null }));
    await new Workspace().decide(['f'], CONFIRM);
    expect(toasts.done.mock.calls[0]?.[1]).toBeNull();
  });
  it('asks before it overrides what speaks against it', async () => {
    server.decide.mockRejectedValueOnce(TWICE);
    questions.ask.mockResolvedValue(true);
    expect(await new Workspace().decide(['f'], CONFIRM)).toEqual(done());
    expect(questions.ask.mock.calls[0]?.[0].text).toBe('Ada is in this photo already.');
    expect(server.decide).toHaveBeenLastCalledWith(['f'], { ...CONFIRM, override: true });
  });
  it('leaves it when the answer is no, and says nothing more', async () => {
    server.decide.mockRejectedValueOnce(TWICE);
    questions.ask.mockResolvedValue(false);
    expect(await new Workspace().decide(['f'], CONFIRM)).toBeNull();
    expect(server.decide).toHaveBeenCalledOnce();
    expect(toasts.say).not.toHaveBeenCalled();
  });
  it('tells a failure and goes on with the next answer', async () => {
    server.decide.mockRejectedValueOnce(new ApiFailure(500, 'broken', 'It is broken.'));
    const workspace = new Workspace();
    const both = [workspace.decide(['f'], CONFIRM), workspace.decide(['g'], CONFIRM)];
    expect(await Promise.all(both)).toEqual([null, done()]);
    expect(toasts.say).toHaveBeenCalledWith('It is broken.', 'bad');
  });
  it('sends an undo after the answers before it', async () => {
    const heard: string[] = [];
    server.decide.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      heard.push('decided');
      return done();
    });
    server.undo.mockImplementation(() => {
      heard.push('undone');
      return Promise.resolve(done({ people: [] }));
    });
    const workspace = new Workspace();
    await Promise.all([workspace.decide(['f'], CONFIRM), workspace.undo()]);
    expect(heard).toEqual(['decided', 'undone']);
  });
  it('puts who was named under a key, and takes away who is gone after an undo', async () => {
    const workspace = new Workspace();
    await workspace.decide(['f'], { do: 'name', name: 'Ada' });
    expect(workspace.recent.map((one) => one.name)).toEqual(['Ada']);
    server.undo.mockResolvedValue(done());
    server.findPeople.mockResolvedValue({ people: [] });
    await workspace.undo();
    await vi.waitFor(() => expect(workspace.recent).toEqual([]));
  });
  it('lets all who listen hear of a change, until they stop', async () => {
    const workspace = new Workspace();
    const heard: string[] = [];
    const off = workspace.onchange((change) => heard.push(change.what));
    await workspace.decide(['f'], CONFIRM);
    off();
    await workspace.decide(['f'], CONFIRM);
    expect(heard).toEqual(['decide']);
  });
});
