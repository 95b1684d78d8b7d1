/** What was decided, as rows to read. */
import type { HistoryEvent } from '../../../api/people';
import { counted } from '../../../formatting/numbers';

export interface Day {
  /** Of the reader's own zone: 2026-11-22. */
  key: string;
  title: string;
  events: HistoryEvent[];
}

const LONG = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY_MS = 86_400_000;

/** Days in the order of their events, the latest first. */
export function byDay(events: readonly HistoryEvent[], now: Date = new Date()): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const at = new Date(event.at);
    const key = dayKey(at);
    const last = days.at(-1);
    if (last?.key === key) last.events.push(event);
    else days.push({ key, title: dayTitle(at, now), events: [event] });
  }
  return days;
}

export const clockOf = (event: HistoryEvent): string => CLOCK.format(new Date(event.at));

function dayTitle(at: Date, now: Date): string {
  if (dayKey(at) === dayKey(now)) return 'Today';
  if (dayKey(at) === dayKey(new Date(now.getTime() - DAY_MS))) return 'Yesterday';
  return LONG.format(at);
}

function dayKey(at: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

const KINDS: Record<string, string> = {
  name: 'Named',
  confirm: 'Confirmed',
  reject: 'Not this person',
  move: 'Moved',
  unname: 'Name taken back',
  split: 'Split off',
  merge: 'Merged',
  rename: 'Renamed',
  describe: 'Details changed',
  portrait: 'Portrait set',
  ignore: 'Ignored',
  'not a face': 'Not a face',
  undecided: 'Put aside',
  reopen: 'Reopened',
  tag: 'Face drawn',
  untag: 'Drawn face removed',
  revert: 'Reverted',
  forget: 'Forgotten',
};

export const kindTitle = (kind: string): string =>
  KINDS[kind] ?? kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('_', ' ');

/** Where an event stands: what holds needs no words. */
export function stateOf(event: HistoryEvent): 'holds' | 'undone' | 'forgotten' {
  if (event.is_undone) return 'undone';
  return event.is_kept ? 'holds' : 'forgotten';
}

export const canRevert = (event: HistoryEvent): boolean => stateOf(event) === 'holds';

const BACK: Record<string, (faces: string) => string> = {
  name: (faces) => `${faces} will be who they were before; a person this made goes again.`,
  confirm: (faces) => `${faces} will be nobody’s again, and can be suggested again.`,
  reject: (faces) => `${faces} will be the person again, and may be suggested for them.`,
  move: (faces) => `${faces} will be who they were before.`,
  unname: (faces) => `${faces} will have their names again.`,
  split: (faces) => `${faces} will be together again with whom they were split off from.`,
  merge: (faces) => `The two will be two again; ${faces} go back to whom they were of.`,
  rename: () => 'The name and role from before come back.',
  describe: () => 'What was written down before comes back.',
  portrait: () => 'The portrait from before comes back.',
  ignore: (faces) => `${faces} will be looked at again.`,
  'not a face': (faces) => `${faces} will be taken for faces again.`,
  undecided: (faces) => `${faces} will be open again.`,
  reopen: (faces) => `${faces} will be put aside again.`,
  tag: () => 'The drawn face goes.',
  untag: () => 'The drawn face comes back.',
  revert: () => 'What was reverted will hold again.',
};

/** What Revert will do, for who is asked whether to. */
export function revertSentence(event: HistoryEvent): string {
  const faces = event.faces === 1 ? 'The face' : `The ${counted(event.faces, 'face')}`;
  return (BACK[event.kind] ?? (() => 'It will be as it was before.'))(faces);
}

const BARE_ID = /^person-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const IDS_IN_TEXT = /\bperson-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Whoever is not there any more has an id and no name: nothing to link to. */
export const namesOf = (event: HistoryEvent): string[] => [
  ...new Set(event.people.filter((name) => !BARE_ID.test(name))),
];

export const saysOf = (event: HistoryEvent): string =>
  event.says.replaceAll(IDS_IN_TEXT, 'somebody who is gone');
