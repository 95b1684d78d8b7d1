/** Whether somebody agreed to be recognised, in words. */
import type { ConsentStatus } from '../../../api/people';

/** As it stands in the fields: no day is ''. */
export interface ConsentDraft {
  status: ConsentStatus;
  day: string;
  note: string;
}

export const CONSENTS: readonly ConsentStatus[] = ['unknown', 'given', 'refused'];
export const CONSENT_TITLES: Record<ConsentStatus, string> = {
  unknown: 'Not asked',
  given: 'Given',
  refused: 'Refused',
};

/** "Given 31 March 2026 · release no. 7"; empty if nobody asked. */
export function consentText({ status, day, note }: ConsentDraft): string {
  if (status === 'unknown') return '';
  const when = day ? ` ${dayText(day)}` : '';
  return `${CONSENT_TITLES[status]}${when}${note.trim() && ` · ${note.trim()}`}`;
}

function dayText(day: string): string {
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', options);
}
