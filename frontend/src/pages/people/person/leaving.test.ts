import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('document', { querySelector: () => null });
vi.stubGlobal('addEventListener', () => {});

const { leaving, receiptText } = await import('./leaving.svelte');
const { toasts } = await import('../../../parts/toasts.svelte');
const { workspace } = await import('../workspace.svelte');

describe('the receipt', () => {
  it('says what went and that nothing was found', () => {
    expect(receiptText({ faces: 3, needles: 12, traces: 0 })).toBe(
      'The person is forgotten, with 3 faces. 12 byte strings were looked for in all files; nothing was found.',
    );
  });
  it('says so when something was found', () => {
    expect(receiptText({ faces: 1, needles: 1, traces: 2 })).toContain('2 traces were found');
  });
});

describe('who is about to be forgotten', () => {
  it('stays when it is undone while the notice is there', () => {
    const forget = vi.spyOn(workspace, 'forget');
    leaving.begin('ada', 'Ada');
    expect(leaving.has('ada')).toBe(true);
    toasts.list.at(-1)?.undo?.();
    expect(leaving.has('ada')).toBe(false);
    expect(forget).not.toHaveBeenCalled();
  });
  it('is forgotten once the notice is gone, and leaves a receipt', async () => {
    const receipt = { faces: 2, needles: 5, traces: 0 };
    const forget = vi.spyOn(workspace, 'forget').mockResolvedValue(receipt);
    leaving.begin('ben', 'Ben');
    leaving.begin('ben', 'Ben');
    toasts.flush();
    await vi.waitFor(() => expect(leaving.receipts.get('ben')).toEqual(receipt));
    expect(forget).toHaveBeenCalledTimes(1);
    expect(leaving.has('ben')).toBe(false);
  });
});
