/** What is decided about the invented faces, kept so that it can be taken back. */
import type { Decision, Done, GroupDecision, HistoryEvent } from '../../src/api/people';
import { addPerson, faces, groups, people, placeOf, type Face, type Somebody } from './world.ts';

export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Kept {
  event: HistoryEvent;
  /** Of the people it was about. */
  user_ids: readonly string[];
  back: () => void;
  forth: () => void;
}

export const events: Kept[] = [];
let clock = 1000;
let nextGroup = 100_000;

export function keep(
  kind: string,
  touched: readonly Face[],
  named: readonly string[],
  says: string,
  change: () => void,
  more: { back?: () => void } = {},
): Done {
  const before = touched.map((face) => ({ ...face, rejected: [...face.rejected] }));
  change();
  const after = touched.map((face) => ({ ...face, rejected: [...face.rejected] }));
  const put = (states: Face[]): void => {
    for (const state of states) Object.assign(faces[state.place] as Face, structuredClone(state));
  };
  const event: HistoryEvent = {
    event_id: events.length + 1,
    at: new Date().toISOString(),
    actor: 'default',
    is_mine: true,
    kind,
    faces: touched.length,
    people: named.map((id) => people.get(id)?.name ?? 'Nobody'),
    says,
    is_undone: false,
    is_kept: true,
  };
  events.push({
    event,
    user_ids: named,
    back: () => {
      put(before);
      more.back?.();
    },
    forth: () => put(after),
  });
  const { event_id, faces: many } = event;
  return { event_id, faces: many, people: [...named], skipped: 0, says };
}

const many = (count: number): string => (count === 1 ? '1 face' : `${count} faces`);
const is = (count: number): string => (count === 1 ? 'is' : 'are');

function named(name: string, role: string): Somebody {
  const wanted = name.trim().toLowerCase();
  const known = [...people.values()].find(
    (one) =>
      one.name.toLowerCase() === wanted &&
      (role === '' || (one.role ?? '').toLowerCase() === role.trim().toLowerCase()),
  );
  return known ?? addPerson(name.trim(), role.trim() || null, 9000 + people.size);
}

function giveTo(touched: readonly Face[], person: Somebody, kind: string, said: object): Done {
  const override = 'override' in said && said.override === true;
  if (person.name.toLowerCase() === 'twice' && !override) {
    throw new Refused(409, 'twice_in_photo', `${person.name} is in one of these photos already.`);
  }
  if (touched.some((face) => face.rejected.includes(person.user_id)) && !override) {
    throw new Refused(409, 'rejected_before', `It was said that this is not ${person.name}.`);
  }
  person.used = clock++;
  const says = `${many(touched.length)} ${is(touched.length)} ${person.name} now`;
  return keep(kind, touched, [person.user_id], says, () => {
    for (const face of touched) Object.assign(face, { user: person.user_id, verdict: 'open' });
  });
}

const VERDICTS = { ignore: 'ignored', not_a_face: 'not a face', undecided: 'undecided' } as const;
const VERDICT_SAYS = { ignore: 'ignored', not_a_face: 'no face', undecided: 'left undecided' };

export function decideOn(touched: readonly Face[], said: Decision | GroupDecision): Done {
  if (touched.length === 0) throw new Refused(404, 'not_found', 'There are no such faces.');
  const count = touched.length;
  switch (said.do) {
    case 'name':
      if (!said.name.trim()) throw new Refused(400, 'invalid', 'Say a name.');
      return giveTo(touched, named(said.name, said.role ?? ''), 'name', said);
    case 'confirm':
    case 'move': {
      const person = people.get(said.user_id);
      if (!person) throw new Refused(404, 'not_found', 'There is no such person.');
      return giveTo(touched, person, said.do, said);
    }
    case 'reject':
      return keep(
        'reject',
        touched,
        [said.user_id],
        `${many(count)} ${is(count)} not ${people.get(said.user_id)?.name ?? 'them'}`,
        () => {
          for (const face of touched) face.rejected.push(said.user_id);
        },
      );
    case 'unname':
      return keep('unname', touched, [], `${many(count)} ${is(count)} nobody's now`, () => {
        for (const face of touched) face.user = null;
      });
    case 'split': {
      const group = nextGroup++;
      return keep('split', touched, [], `${many(count)} split off`, () => {
        for (const face of touched) Object.assign(face, { user: null, group, like: null });
      });
    }
    case 'reopen':
      return keep('reopen', touched, [], `${many(count)} put back`, () => {
        for (const face of touched) face.verdict = 'open';
      });
    default: {
      const verdict = VERDICTS[said.do];
      return keep(
        said.do,
        touched,
        [],
        `${many(count)} ${is(count)} ${VERDICT_SAYS[said.do]}`,
        () => {
          for (const face of touched) Object.assign(face, { user: null, verdict });
        },
      );
    }
  }
}

export function facesOf(ids: readonly string[]): Face[] {
  return ids.flatMap((id) => faces[placeOf(id)] ?? []);
}

export function membersOf(group: number): Face[] {
  const held = groups().get(group);
  if (!held) throw new Refused(404, 'not_found', 'There is no such group any more.');
  return held;
}

/** The last that is done (or undone): the other way round. */
export function turn(which: 'undo' | 'redo'): Done {
  const found =
    which === 'undo'
      ? events.findLast((one) => !one.event.is_undone)
      : events.find((one) => one.event.is_undone);
  return found
    ? turned(found)
    : { event_id: null, faces: 0, people: [], skipped: 0, says: `There is nothing to ${which}.` };
}

export function reverted(eventId: number): Done {
  const found = events[eventId - 1];
  if (!found) throw new Refused(404, 'not_found', 'There is no such event.');
  return turned(found);
}

function turned({ event, user_ids, back, forth }: Kept): Done {
  (event.is_undone ? forth : back)();
  event.is_undone = !event.is_undone;
  const { event_id, faces: count, says } = event;
  return {
    event_id,
    faces: count,
    people: [...user_ids],
    skipped: 0,
    says: `${event.is_undone ? 'Undone' : 'Done again'}: ${says}`,
  };
}
