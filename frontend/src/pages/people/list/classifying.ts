/** What kind of people several are, said at once. */
import type { Classification, PersonListed } from '../../../api/people';
import { counted } from '../../../formatting/numbers';
import { toasts } from '../../../parts/toasts.svelte';
import { workspace } from '../workspace.svelte';
import { isUnnamed } from './merging';

const SAID: Record<Classification, string> = {
  key: 'are key people now',
  named: 'are plainly named now',
  unknown: 'are unknown now',
  ignored: 'are ignored now',
};

/** Who is to change, and who cannot: nothing is written down of somebody without a name. */
export function split(
  people: readonly PersonListed[],
  classification: Classification,
): { due: PersonListed[]; unnamed: number } {
  const others = people.filter((one) => one.classification !== classification);
  const due = others.filter((one) => !isUnnamed(one));
  return { due, unnamed: others.length - due.length };
}

/** One after the other, each with the version that was seen; Undo takes all of it back. */
export async function classify(
  people: readonly PersonListed[],
  classification: Classification,
): Promise<void> {
  const { due, unnamed } = split(people, classification);
  let done = 0;
  for (const { user_id, version } of due) {
    const said = await workspace.change(user_id, { version, classification }, { quiet: true });
    if (said?.event_id != null) done += 1;
  }
  const left = unnamed > 0 ? ` ${counted(unnamed, 'other')} need a name first.` : '';
  if (done === 0) return toasts.say(left ? left.trim() : 'Nothing had to change.');
  const text = `${counted(done, 'person', 'people')} ${SAID[classification]}.${left}`;
  toasts.done(done === 1 ? text.replace(' are ', ' is ') : text, () => void back(done), {
    key: 'people',
  });
}

async function back(many: number): Promise<void> {
  for (let count = 0; count < many; count += 1) if (!(await workspace.undo())) return;
}
