/** What the console can ask, as data: which pictures, which parameters, what the sliders mean. An
 * operation that is not listed here is asked with its input as JSON. */
import type { JsonObject } from '../../api/console';

export type FieldKind = 'text' | 'integer' | 'choice' | 'choices' | 'lines' | 'words' | 'json';

export interface FieldSpec {
  /** The member of the input, with dots for members inside. */
  path: string;
  title: string;
  kind: FieldKind;
  required?: boolean;
  hint?: string;
  options?: readonly string[];
  initial?: string;
}

export interface ConfidenceSpec {
  title: string;
  /** The member it is sent as; null when AWS has none: then it only filters what is shown. */
  path: string | null;
  initial: number;
  /** What is really asked for: the slider filters the answer from here up, without asking again.
   * null: the answer depends on it in other ways, so that moving the slider asks again. */
  floor: number | null;
  /** The least that can be chosen. */
  least?: number;
}

export interface LimitSpec {
  title: string;
  path: string | null;
  initial: number;
  most: number;
}

export interface Entry {
  id: string;
  operation: string;
  title: string;
  group: string;
  about: string;
  images: 0 | 1 | 2;
  /** Sent with every call. */
  fixed?: JsonObject;
  fields: readonly FieldSpec[];
  confidence?: ConfidenceSpec;
  limit?: LimitSpec;
  /** It writes or deletes: asked only when the person says so. */
  changes?: boolean;
}

const collection: FieldSpec = {
  path: 'CollectionId',
  title: 'Collection',
  kind: 'text',
  required: true,
  hint: 'Letters, digits, and . - _',
};
const user: FieldSpec = { path: 'UserId', title: 'User', kind: 'text', required: true };
const faces: FieldSpec = {
  path: 'FaceIds',
  title: 'Faces',
  kind: 'lines',
  required: true,
  hint: 'One face id a line',
};
const quality: FieldSpec = {
  path: 'QualityFilter',
  title: 'Quality filter',
  kind: 'choice',
  options: ['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH'],
};
const pageSize: FieldSpec = { path: 'MaxResults', title: 'Results a page', kind: 'integer' };
const attributes: FieldSpec = {
  path: 'Attributes',
  title: 'Attributes',
  kind: 'choices',
  options: ['ALL'],
  initial: 'ALL',
  hint: 'Without ALL: box, landmarks, pose and quality only',
};
const faceLimit: LimitSpec = { title: 'Most faces', path: null, initial: 100, most: 100 };

const LOOK = 'Look at a picture';
const KNOW = 'Who is it';
const COLLECTIONS = 'Collections';
const VIDEO = 'Stored video';

export const ENTRIES: readonly Entry[] = [
  {
    id: 'labels',
    operation: 'DetectLabels',
    title: 'Labels',
    group: LOOK,
    about: 'What the picture shows, with boxes for things that can be counted.',
    images: 1,
    fixed: { Features: ['GENERAL_LABELS'] },
    fields: [
      {
        path: 'Settings.GeneralLabels.LabelInclusionFilters',
        title: 'Only these labels',
        kind: 'words',
        hint: 'Commas between',
      },
      {
        path: 'Settings.GeneralLabels.LabelExclusionFilters',
        title: 'Not these labels',
        kind: 'words',
      },
    ],
    confidence: {
      title: 'Least confidence',
      path: 'MinConfidence',
      initial: 55,
      floor: 10,
      least: 10,
    },
    limit: { title: 'Most labels', path: 'MaxLabels', initial: 50, most: 100 },
  },
  {
    id: 'properties',
    operation: 'DetectLabels',
    title: 'Image properties',
    group: LOOK,
    about: 'Dominant colours, brightness, sharpness and contrast; foreground and background.',
    images: 1,
    fixed: { Features: ['IMAGE_PROPERTIES'] },
    fields: [
      {
        path: 'Settings.ImageProperties.MaxDominantColors',
        title: 'Most colours',
        kind: 'integer',
        initial: '12',
        hint: '0 to 12',
      },
    ],
  },
  {
    id: 'faces',
    operation: 'DetectFaces',
    title: 'Faces',
    group: LOOK,
    about: 'Every face with landmarks, pose and quality, and how it looks.',
    images: 1,
    fields: [attributes],
    confidence: { title: 'Least confidence', path: null, initial: 50, floor: 0 },
    limit: faceLimit,
  },
  {
    id: 'moderation',
    operation: 'DetectModerationLabels',
    title: 'Moderation',
    group: LOOK,
    about: 'What some audiences should not see, in three levels.',
    images: 1,
    fields: [],
    confidence: {
      title: 'Least confidence',
      path: 'MinConfidence',
      initial: 50,
      floor: 10,
      least: 10,
    },
  },
  {
    id: 'text',
    operation: 'DetectText',
    title: 'Text',
    group: LOOK,
    about: 'Lines and words in any direction, with their outlines.',
    images: 1,
    fields: [],
    confidence: {
      title: 'Least confidence',
      path: 'Filters.WordFilter.MinConfidence',
      initial: 50,
      floor: null,
    },
  },
  {
    id: 'equipment',
    operation: 'DetectProtectiveEquipment',
    title: 'Protective equipment',
    group: LOOK,
    about: 'Persons, and what covers face, head and hands.',
    images: 1,
    fields: [
      {
        path: 'SummarizationAttributes.RequiredEquipmentTypes',
        title: 'Required equipment',
        kind: 'choices',
        options: ['FACE_COVER', 'HEAD_COVER', 'HAND_COVER'],
        initial: 'FACE_COVER',
        required: true,
      },
    ],
    confidence: {
      title: 'Least confidence',
      path: 'SummarizationAttributes.MinConfidence',
      initial: 80,
      floor: null,
      least: 50,
    },
  },
  {
    id: 'compare',
    operation: 'CompareFaces',
    title: 'Compare faces',
    group: KNOW,
    about: 'The largest face of the first picture against every face of the second.',
    images: 2,
    fields: [quality],
    confidence: { title: 'Least similarity', path: 'SimilarityThreshold', initial: 80, floor: 0 },
  },
  {
    id: 'celebrities',
    operation: 'RecognizeCelebrities',
    title: 'Celebrities',
    group: KNOW,
    about: 'People of your own gallery of celebrities.',
    images: 1,
    fields: [],
    confidence: { title: 'Least match', path: null, initial: 50, floor: 0 },
  },
  {
    id: 'search-image',
    operation: 'SearchFacesByImage',
    title: 'Search a face',
    group: KNOW,
    about: 'The largest face of the picture among the faces of a collection.',
    images: 1,
    fields: [collection, quality],
    confidence: { title: 'Least similarity', path: 'FaceMatchThreshold', initial: 80, floor: 0 },
    limit: { title: 'Most faces', path: 'MaxFaces', initial: 20, most: 100 },
  },
  {
    id: 'search-users-image',
    operation: 'SearchUsersByImage',
    title: 'Search a user',
    group: KNOW,
    about: 'The largest face of the picture among the users of a collection.',
    images: 1,
    fields: [collection, quality],
    confidence: { title: 'Least similarity', path: 'UserMatchThreshold', initial: 80, floor: 0 },
    limit: { title: 'Most users', path: 'MaxUsers', initial: 20, most: 100 },
  },
  {
    id: 'index',
    operation: 'IndexFaces',
    title: 'Index faces',
    group: KNOW,
    about: 'Keep the faces of a picture in a collection, as vectors. The picture is not kept.',
    images: 1,
    changes: true,
    fields: [
      collection,
      {
        path: 'ExternalImageId',
        title: 'Your name for the picture',
        kind: 'text',
        hint: 'Letters, digits, and . - _ :',
      },
      { ...quality, initial: 'AUTO' },
    ],
    limit: { title: 'Most faces', path: 'MaxFaces', initial: 100, most: 100 },
  },
  one('ListCollections', 'List collections', COLLECTIONS, [pageSize]),
  one('CreateCollection', 'Create a collection', COLLECTIONS, [collection], true),
  one('DescribeCollection', 'Describe a collection', COLLECTIONS, [collection]),
  one('DeleteCollection', 'Delete a collection', COLLECTIONS, [collection], true),
  one('ListFaces', 'List faces', COLLECTIONS, [collection, pageSize]),
  one('DeleteFaces', 'Delete faces', COLLECTIONS, [collection, faces], true),
  {
    ...one('SearchFaces', 'Search by face id', COLLECTIONS, [
      collection,
      { path: 'FaceId', title: 'Face', kind: 'text', required: true },
    ]),
    confidence: { title: 'Least similarity', path: 'FaceMatchThreshold', initial: 80, floor: 0 },
    limit: { title: 'Most faces', path: 'MaxFaces', initial: 20, most: 100 },
  },
  one('ListUsers', 'List users', COLLECTIONS, [collection, pageSize]),
  one('CreateUser', 'Create a user', COLLECTIONS, [collection, user], true),
  one('DeleteUser', 'Delete a user', COLLECTIONS, [collection, user], true),
  one('AssociateFaces', 'Give faces to a user', COLLECTIONS, [collection, user, faces], true),
  one('DisassociateFaces', 'Take faces from a user', COLLECTIONS, [collection, user, faces], true),
  ...['Label', 'Face', 'Text', 'Segment'].flatMap((word) => video(`${word}Detection`, word)),
  ...video('ContentModeration', 'Moderation'),
  ...video('CelebrityRecognition', 'Celebrity'),
  ...video('FaceSearch', 'Face search'),
];

function one(
  operation: string,
  title: string,
  group: string,
  fields: readonly FieldSpec[],
  changes = false,
): Entry {
  return { id: operation, operation, title, group, about: '', images: 0, fields, changes };
}

/** Start and Get of one kind of video job. */
function video(name: string, title: string): Entry[] {
  const stored: FieldSpec[] = [
    { path: 'Video.S3Object.Bucket', title: 'Bucket', kind: 'text', required: true },
    { path: 'Video.S3Object.Name', title: 'Name in the bucket', kind: 'text', required: true },
  ];
  if (name === 'FaceSearch') stored.push(collection);
  if (name === 'SegmentDetection') {
    stored.push({
      path: 'SegmentTypes',
      title: 'Segments',
      kind: 'choices',
      options: ['SHOT', 'TECHNICAL_CUE'],
      initial: 'SHOT',
      required: true,
    });
  }
  const job: FieldSpec = { path: 'JobId', title: 'Job', kind: 'text', required: true };
  return [
    one(`Start${name}`, `${title}: start`, VIDEO, stored, true),
    one(`Get${name}`, `${title}: results`, VIDEO, [job, pageSize]),
  ];
}
