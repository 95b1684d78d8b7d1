import type { BandName } from '../../../api/people';

/** Told apart without colour: full, half, hollow, as on the tiles. */
export const BAND_WORDS: Record<BandName, { title: string; mark: string }> = {
  likely: { title: 'Likely', mark: '●' },
  maybe: { title: 'Maybe', mark: '◐' },
  unlikely: { title: 'Unlikely', mark: '○' },
};
