/** The counts of a people workspace as a bar and as a sentence. */
import type { Standing } from '../../api/people';
import { countText } from '../../formatting/numbers';

export interface StandingPart {
  name: 'confirmed' | 'suggested' | 'unknown';
  count: number;
  isEstimate: boolean;
}

export const partsOf = (standing: Standing): StandingPart[] => [
  { name: 'confirmed', count: standing.confirmed, isEstimate: false },
  { name: 'suggested', count: standing.suggested, isEstimate: standing.is_estimate },
  { name: 'unknown', count: standing.unknown, isEstimate: standing.is_estimate },
];

/** What a screen reader says when the counts change. */
export function spoken(standing: Standing): string {
  const said = partsOf(standing).map(
    (part) => `${part.isEstimate ? 'about ' : ''}${countText(part.count)} ${part.name}`,
  );
  return `Faces: ${said.join(', ')}.`;
}
