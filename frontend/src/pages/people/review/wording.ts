import type { BandName } from '../../../api/people';

/** Told apart without colour: full, half, hollow, as on the tiles. */
export const BAND_WORDS: Record<BandName, { title: string; mark: string; about: string }> = {
  likely: { title: 'Likely', mark: '●', about: 'of twenty strangers one would get here by chance' },
  maybe: { title: 'Maybe', mark: '◐', about: 'of two strangers one would get here by chance' },
  unlikely: { title: 'Unlikely', mark: '○', about: 'most strangers get here by chance' },
};
