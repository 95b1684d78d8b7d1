/** Who was named lately, under the keys 1 to 9. A person keeps the key while another is named: fingers
 * learn it. */

export interface Named {
  user_id: string;
  name: string;
}

export interface Recent extends Named {
  /** When it was used, counted up: the least gives its place to somebody new. */
  used: number;
}

export const MOST_RECENT = 9;

/** The same places with `person` used just now. */
export function usedNow(places: readonly Recent[], person: Named): Recent[] {
  const used = Math.max(0, ...places.map((one) => one.used)) + 1;
  const now = { user_id: person.user_id, name: person.name, used };
  if (places.some((one) => one.user_id === person.user_id)) {
    return places.map((one) => (one.user_id === person.user_id ? now : one));
  }
  if (places.length < MOST_RECENT) return [...places, now];
  const oldest = Math.min(...places.map((one) => one.used));
  return places.map((one) => (one.used === oldest ? now : one));
}

/** To begin with: the last named first, so that 1 is the latest. */
export function fromList(people: readonly Named[]): Recent[] {
  const kept = people.slice(0, MOST_RECENT);
  return kept.map(({ user_id, name }, place) => ({ user_id, name, used: kept.length - place }));
}

/** With the names as they are now, and without who is gone. */
export function renamed(places: readonly Recent[], from: Named, to: Named | null): Recent[] {
  if (!to || places.some((one) => one.user_id === to.user_id && to.user_id !== from.user_id)) {
    return places.filter((one) => one.user_id !== from.user_id);
  }
  return places.map((one) => (one.user_id === from.user_id ? { ...one, ...to } : one));
}
