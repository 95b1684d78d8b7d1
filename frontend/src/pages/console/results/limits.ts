/** The sliders, applied to an answer that was asked for widely: the same answer as the server would
 * give for the narrower call. */
import type { Json, JsonObject } from '../../../api/console';
import { list, number, object } from './json';

export interface Limits {
  confidence: number;
  limit: number;
}

type Narrow = (output: JsonObject, limits: Limits) => JsonObject;

const NARROW: Record<string, Narrow> = {
  DetectLabels: (output, { confidence, limit }) =>
    output['Labels'] === undefined
      ? output
      : { ...output, Labels: sureLabels(output['Labels'], confidence).slice(0, limit) },
  DetectFaces: (output, { confidence, limit }) => ({
    ...output,
    FaceDetails: sure(output['FaceDetails'], 'Confidence', confidence).slice(0, limit),
  }),
  DetectModerationLabels: (output, { confidence }) => ({
    ...output,
    ModerationLabels: sure(output['ModerationLabels'], 'Confidence', confidence),
  }),
  DetectText: narrowText,
  CompareFaces: narrowComparison,
  RecognizeCelebrities: (output, { confidence }) => ({
    ...output,
    CelebrityFaces: sure(output['CelebrityFaces'], 'MatchConfidence', confidence),
  }),
  SearchFacesByImage: matches('FaceMatches'),
  SearchFaces: matches('FaceMatches'),
  SearchUsersByImage: matches('UserMatches'),
};

export function narrowed(operation: string, output: JsonObject, limits: Limits): JsonObject {
  return NARROW[operation]?.(output, limits) ?? output;
}

function sure(value: Json | undefined, member: string, floor: number): JsonObject[] {
  return list(value).filter((one) => number(one[member]) >= floor);
}

/** The threshold holds for labels and for their boxes. */
function sureLabels(value: Json | undefined, confidence: number): JsonObject[] {
  return sure(value, 'Confidence', confidence).map((label) =>
    label['Instances'] === undefined
      ? label
      : { ...label, Instances: sure(label['Instances'], 'Confidence', confidence) },
  );
}

function matches(member: string): Narrow {
  return (output, { confidence, limit }) => ({
    ...output,
    [member]: sure(output[member], 'Similarity', confidence).slice(0, limit),
  });
}

/** The word filter drops words, and the server makes lines anew of what is left. Until it has
 * answered, a line stays as it was while one of its words does. */
function narrowText(output: JsonObject, { confidence }: Limits): JsonObject {
  const all = list(output['TextDetections']);
  const kept = all.filter(
    (one) => one['Type'] !== 'WORD' || number(one['Confidence']) >= confidence,
  );
  const withWords = new Set(
    kept.filter((one) => one['Type'] === 'WORD').map((one) => one['ParentId']),
  );
  return {
    ...output,
    TextDetections: kept.filter(
      (one) => one['Type'] === 'WORD' || withWords.has(one['Id'] ?? null),
    ),
  };
}

/** A face below the threshold is not gone, it did not match. */
function narrowComparison(output: JsonObject, { confidence }: Limits): JsonObject {
  const all = list(output['FaceMatches']);
  const below = all.filter((match) => number(match['Similarity']) < confidence);
  return {
    ...output,
    FaceMatches: all.filter((match) => number(match['Similarity']) >= confidence),
    UnmatchedFaces: [
      ...below.map((match) => object(match['Face'])),
      ...list(output['UnmatchedFaces']),
    ],
  };
}
