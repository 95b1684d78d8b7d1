/** The ways of being put aside, and the ways out of them. */
import type { Way } from '../unknown/FaceBoard.svelte';

export const STATES = ['ignored', 'not a face', 'undecided'] as const;
export type State = (typeof STATES)[number];

export const ABOUT: Record<State, { title: string; about: string; empty: string }> = {
  ignored: {
    title: 'Ignored',
    about: 'Strangers and passers-by: they are not suggested and in no group.',
    empty: 'No face is ignored.',
  },
  'not a face': {
    title: 'Not a face',
    about: 'Statues, paintings, patterns: found as faces, and none.',
    empty: 'Nothing was said to be no face.',
  },
  undecided: {
    title: 'Undecided',
    about: 'Left for later.',
    empty: 'Nothing was left for later.',
  },
};

const BACK: Way = { key: 'b', title: 'Put back', icon: 'undo', decision: { do: 'reopen' } };
const IGNORE: Way = { key: 'i', title: 'Ignore', icon: 'minus', decision: { do: 'ignore' } };
const NO_FACE: Way = { key: 'x', title: 'Not a face', icon: 'ban', decision: { do: 'not_a_face' } };
const LATER: Way = { key: 'u', title: 'Undecided', icon: 'clock', decision: { do: 'undecided' } };

export const WAYS: Record<State, readonly Way[]> = {
  ignored: [BACK, NO_FACE, LATER],
  'not a face': [BACK, IGNORE, LATER],
  undecided: [BACK, IGNORE, NO_FACE],
};

export const readState = (query: URLSearchParams): State =>
  STATES.find((one) => one === query.get('state')) ?? 'ignored';

export const stateAddress = (state: State): string =>
  state === 'ignored'
    ? '/people/ignored'
    : `/people/ignored?${new URLSearchParams({ state }).toString()}`;
