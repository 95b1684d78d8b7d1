/** A new name for somebody, which never makes two people one by accident. */
import { findPeople, personDetail, type PersonListed } from '../../../api/people';
import { messageOf } from '../../../api/client';
import { folded } from '../../../parts/lookup';
import { toasts } from '../../../parts/toasts.svelte';
import { workspace } from '../workspace.svelte';
import { isUnnamed } from './merging';
import { namesakes } from './query';

/** Names that begin alike are many; who is called exactly so comes first. */
const MOST = 20;

/** `failed`: it was told. A person: somebody else is called so; ask whether they are one. */
export type Outcome = 'done' | 'failed' | PersonListed;

/** Who else is called so; null when nobody is. */
export async function namesakeOf(
  person: PersonListed,
  name: string,
): Promise<PersonListed | null | 'failed'> {
  try {
    const { people } = await findPeople({ q: name, limit: MOST });
    return namesakes(name, people, person.user_id)[0] ?? null;
  } catch (reason) {
    toasts.say(messageOf(reason), 'bad');
    return 'failed';
  }
}

async function found(userId: string): Promise<PersonListed | null> {
  try {
    return await personDetail(userId);
  } catch (reason) {
    toasts.say(messageOf(reason), 'bad');
    return null;
  }
}

/** both: it is known that somebody else is called so, and they are two. */
export async function rename(
  person: PersonListed,
  said: { user_id?: string; name: string },
  { both = false, role }: { both?: boolean; role?: string },
): Promise<Outcome> {
  const wanted = said.name.trim().replace(/\s+/g, ' ');
  const chosen = said.user_id !== undefined && said.user_id !== person.user_id;
  if (chosen && !both) return (await found(said.user_id ?? '')) ?? 'failed';
  if (wanted === '' || (wanted === person.name && role === undefined)) return 'done';
  if (!both && (isUnnamed(person) || folded(wanted) !== folded(person.name))) {
    const other = await namesakeOf(person, wanted);
    if (other) return other;
  }
  const done = await workspace.change(person.user_id, {
    version: person.version,
    name: wanted,
    ...(role === undefined ? {} : { role }),
  });
  return done ? 'done' : 'failed';
}
