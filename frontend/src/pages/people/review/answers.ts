/** What a key says about faces, in words and as the server hears it. */
import type { Decision } from '../../../api/people';

export type Answer = 'confirm' | 'reject' | 'not_a_face' | 'ignore' | 'undecided';

export interface AnswerKey {
  answer: Answer;
  key: string;
  shown: string;
}

export const ANSWER_KEYS: readonly AnswerKey[] = [
  { answer: 'confirm', key: 'y', shown: 'Space Y' },
  { answer: 'reject', key: 'n', shown: 'N' },
  { answer: 'not_a_face', key: 'x', shown: 'X' },
  { answer: 'ignore', key: 'i', shown: 'I' },
  { answer: 'undecided', key: 'u', shown: 'U' },
];

export function answerTitle(answer: Answer, name = 'this person'): string {
  switch (answer) {
    case 'confirm':
      return `Yes, ${name}`;
    case 'reject':
      return `Not ${name}`;
    case 'not_a_face':
      return 'Not a face';
    case 'ignore':
      return 'Ignore';
    case 'undecided':
      return 'Undecided';
  }
}

/** The person of a row matters to two of the answers only. */
export const decisionOf = (answer: Answer, userId: string): Decision =>
  answer === 'confirm' || answer === 'reject' ? { do: answer, user_id: userId } : { do: answer };

/** In which rows a face is answered by it: its own, or (null) all. */
export const scopeOf = (decision: Decision): string | null =>
  decision.do === 'reject' ? decision.user_id : null;

/** "3 faces" of a selection, "this face" of one. */
export const whoAre = (count: number): string =>
  count === 1 ? 'Who is this?' : `Who are these ${count} faces?`;
