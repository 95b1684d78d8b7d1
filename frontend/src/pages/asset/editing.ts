/** What the editor of a face does with what was said in it. Pure, but for what it is given. */
import type { Decision, FaceExplained, PersonDetail } from '../../api/people';
import { counted } from '../../formatting/numbers';
import type { Said } from '../../parts/lookup';

export type Scope = 'this' | 'all';

/** What saving means: nothing, a decision about the face, or about everybody who it is. */
export type Step =
  | { step: 'nothing' }
  | { step: 'face'; decision: Decision }
  | { step: 'group'; decision: Extract<Decision, { do: 'name' }> | ConfirmGroup }
  | { step: 'change'; name?: string; role?: string }
  | { step: 'merge'; into: string };

type ConfirmGroup = { do: 'confirm'; user_id: string };

interface Known {
  user_id: string;
  name: string;
  role: string | null;
}

/** person: who the face is now. said: what the field says. */
export function stepOf(scope: Scope, person: Known | null, said: Said): Step {
  if (said.name === '') return { step: 'nothing' };
  if (scope === 'all')
    return person ? wholePerson(person, said) : { step: 'group', ...named(said) };
  if (person && said.user_id === person.user_id) return roleOnly(person, said);
  if (said.user_id) {
    const act = person ? 'move' : 'confirm';
    return { step: 'face', decision: { do: act, user_id: said.user_id } };
  }
  return { step: 'face', decision: naming(said) };
}

/** Whom "all" speaks of, in words. */
export function allTitle(person: Known | null, faces: number | null): string {
  if (!person) return 'All faces like this';
  return faces === null
    ? `All of ${person.name}`
    : `All ${counted(faces, 'face')} of ${person.name}`;
}

/** Are these the same person? */
export function mergeQuestion(from: PersonDetail, into: PersonDetail) {
  const role = into.role ? `, ${into.role}` : '';
  return {
    title: 'Are these the same person?',
    text: `${into.name}${role} is known already, with ${counted(into.faces, 'face')}. All ${counted(from.faces, 'face')} of ${from.name} will be ${into.name}'s.`,
    yes: 'Yes, the same person',
    no: 'No',
  };
}

/** Candidates whom nobody has ruled out and who are not unlikely, best first. */
export function mayBe(face: FaceExplained | null): FaceExplained['candidates'] {
  const out = new Set(face?.rejected.map((one) => one.user_id));
  const own = face?.person?.user_id;
  return (face?.candidates ?? []).filter(
    (one) => one.band !== 'unlikely' && !out.has(one.user_id) && one.user_id !== own,
  );
}

function wholePerson(person: Known, said: Said): Step {
  if (said.user_id && said.user_id !== person.user_id) return { step: 'merge', into: said.user_id };
  const change: { name?: string; role?: string } = {};
  if (said.name !== person.name) change.name = said.name;
  if (said.role.trim() !== (person.role ?? '')) change.role = said.role.trim();
  return Object.keys(change).length > 0 ? { step: 'change', ...change } : { step: 'nothing' };
}

function roleOnly(person: Known, said: Said): Step {
  const role = said.role.trim();
  return role === (person.role ?? '') ? { step: 'nothing' } : { step: 'change', role };
}

function named(said: Said): { decision: Extract<Decision, { do: 'name' }> | ConfirmGroup } {
  return said.user_id
    ? { decision: { do: 'confirm', user_id: said.user_id } }
    : { decision: naming(said) };
}

function naming(said: Said): Extract<Decision, { do: 'name' }> {
  const role = said.role.trim();
  return { do: 'name', name: said.name, ...(role ? { role } : {}) };
}
