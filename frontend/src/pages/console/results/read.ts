/** One reader for each kind of answer. An operation without one is shown as tables. */
import type { JsonObject } from '../../../api/console';
import { readCelebrities, readComparison, readFaces, readIndexed, readMatches } from './people';
import type { View } from './rows';
import { readEquipment, readLabels, readModeration, readProperties, readText } from './things';

const READERS: Record<string, (output: JsonObject) => View> = {
  labels: readLabels,
  properties: readProperties,
  faces: readFaces,
  moderation: readModeration,
  text: readText,
  equipment: readEquipment,
  compare: readComparison,
  celebrities: readCelebrities,
  'search-image': (output) => readMatches(output, 'face'),
  SearchFaces: (output) => readMatches(output, 'face'),
  'search-users-image': (output) => readMatches(output, 'user'),
  index: readIndexed,
};

export const readView = (entryId: string, output: JsonObject): View | null =>
  READERS[entryId]?.(output) ?? null;
