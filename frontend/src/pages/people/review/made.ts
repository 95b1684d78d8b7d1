/** Rows for tests: `made('ada', { likely: ['a1', 'a2'] })`. */
import type { BandName, Suggested } from '../../../api/people';
import { rowOf, type Row } from './rows';

const PERCENT: Record<BandName, number> = { likely: 90, maybe: 60, unlikely: 30 };

export const suggested = (faceId: string, band: BandName, percent: number): Suggested => ({
  face_id: faceId,
  tag_id: null,
  asset_id: `photo-${faceId}`,
  at_ms: null,
  quality: 80,
  percent,
  false_match_rate: 0.001,
  band,
  rivals: [],
  pose: null,
});

/** The faces of a band get more certain from first to last. */
export function made(userId: string, bands: Partial<Record<BandName, string[]>>): Row {
  const of = (band: BandName) =>
    (bands[band] ?? []).map((id, place) => suggested(id, band, PERCENT[band] + place / 10));
  const person = {
    user_id: userId,
    name: userId.toUpperCase(),
    role: null,
    faces: 3,
    version: 1,
    classification: 'named' as const,
    aliases: [],
    face_id: null,
    asset_id: null,
  };
  const said = { person, reference: [], likely: of('likely'), maybe: of('maybe') };
  return rowOf({ ...said, unlikely: of('unlikely') }, 100);
}
