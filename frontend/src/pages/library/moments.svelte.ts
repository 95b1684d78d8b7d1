/** Where in a film that what was looked for is seen best. Asked for film by film, as they come into
 * view; a library has few of them. */
import { SvelteMap } from 'svelte/reactivity';

import { assetDetail, type Lane, type Reason } from '../../api/library';

const known = new SvelteMap<string, readonly Lane[]>();
const asked = new Set<string>();

/** Milliseconds, or null when nobody knows (yet). */
export function momentOf(assetId: string, reason: Reason | undefined): number | null {
  if (!reason) return null;
  const lanes = known.get(assetId);
  if (lanes) return bestMoment(lanes, reason);
  if (!asked.has(assetId)) {
    asked.add(assetId);
    void assetDetail(assetId).then(
      (detail) => known.set(assetId, detail.lanes),
      () => asked.delete(assetId),
    );
  }
  return null;
}

/** The surest stretch of the lane that a reason is about. */
function bestMoment(lanes: readonly Lane[], reason: Reason): number | null {
  const wanted = reason.name.toLowerCase();
  const lane = lanes.find((one) => one.kind === reason.field && one.name.toLowerCase() === wanted);
  const stretches = lane?.stretches ?? [];
  if (stretches.length === 0) return null;
  return stretches.reduce((best, one) => (one.confidence > best.confidence ? one : best)).best_ms;
}
