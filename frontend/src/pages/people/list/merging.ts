/** Two or more that are one person: who stays, and what the server's refusals mean. */
import type { Person, PersonListed } from '../../../api/people';
import { counted } from '../../../formatting/numbers';

/** A user whom nobody gave a name is called by its id, and has no version yet. */
export const isUnnamed = (one: Person): boolean =>
  one.version === 0 || one.name.trim() === '' || one.name === one.user_id;

export const calledOf = (one: Person): string => (isUnnamed(one) ? 'Somebody unnamed' : one.name);

/** Who should stay: who has a name; of several the key one, then who has most faces. */
export function stays(people: readonly PersonListed[]): PersonListed | null {
  const rank = (one: PersonListed): number =>
    isUnnamed(one) ? 0 : one.classification === 'key' ? 3 : one.classification === 'named' ? 2 : 1;
  return (
    [...people].sort(
      (one, other) =>
        rank(other) - rank(one) ||
        other.faces - one.faces ||
        one.user_id.localeCompare(other.user_id),
    )[0] ?? null
  );
}

export function mergeSentence(going: readonly Person[], staying: Person): string {
  const faces = going.reduce((sum, one) => sum + one.faces, 0);
  const who = staying.name && !isUnnamed(staying) ? staying.name : 'the one who stays';
  const names = listed(going.map(calledOf));
  return `${counted(faces, 'face')} of ${names} will be ${who}. ${who} keeps name and role; what was written down of both is kept.`;
}

/** `Ada`, `Ada and Ben`, `Ada, Ben and Cleo`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** How alike two people look, said so that nobody takes it for a proof. */
export function likenessText(percent: number): string {
  return `${Math.round(percent)} % alike`;
}
