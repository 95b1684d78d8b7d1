/** Answers about people: faces, comparisons, celebrities, matches, what was indexed. */
import type { JsonObject } from '../../../api/console';
import { counted, percentText } from '../../../formatting/numbers';
import type { Mark } from '../../../geometry/overlay';
import { box, isObject, list, number, object, points, text, words } from './json';
import { emptyView, type Fact, type Row, type View } from './rows';
import { fact, textsJoined } from './things';

export function readFaces(output: JsonObject): View {
  const faces = list(output['FaceDetails']);
  if (faces.length === 0) return emptyView('No face is seen at this confidence.');
  const rows = faces.map((face, index) => faceRow(face, `face-${index}`, `Face ${index + 1}`));
  const marks = faces.flatMap((face, index) =>
    faceMark(face, `face-${index}`, rows[index]?.about ?? ''),
  );
  return { rows, marks: [marks, []], summary: counted(faces.length, 'face') };
}

function faceRow(face: JsonObject, id: string, title: string): Row {
  const row: Row = { id, title, percent: number(face['Confidence']), facts: faceFacts(face) };
  const place = box(face['BoundingBox']);
  if (place) row.crop = place;
  const about = lookOf(face);
  if (about) row.about = about;
  return row;
}

function faceMark(face: JsonObject, id: string, about: string, faint = false): Mark[] {
  const place = box(face['BoundingBox']);
  if (!place) return [];
  return [{ id, box: place, points: points(face['Landmarks']), label: about || 'Face', faint }];
}

/** `Woman, 25-35, happy`: what a person would say first. */
function lookOf(face: JsonObject): string {
  const age = object(face['AgeRange']);
  const feeling = list(face['Emotions'])[0];
  return [
    words(text(object(face['Gender'])['Value'])),
    'Low' in age ? `${number(age['Low'])}–${number(age['High'])}` : '',
    feeling ? text(feeling['Type']).toLowerCase() : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function faceFacts(face: JsonObject): Fact[] {
  const answers = Object.entries(face).filter(
    ([name, value]) => isObject(value) && 'Value' in value && name !== 'Gender',
  );
  const pose = object(face['Pose']);
  const quality = object(face['Quality']);
  return [
    ...withPercent('Gender', face['Gender']),
    ...list(face['Emotions'])
      .slice(0, 3)
      .map((feeling) => ({
        name: 'Emotion',
        value: words(text(feeling['Type'])),
        percent: number(feeling['Confidence']),
      })),
    ...answers.flatMap(([name, value]) => withPercent(words(name), value)),
    ...('Yaw' in pose
      ? [
          {
            name: 'Pose',
            value: `yaw ${degrees(pose['Yaw'])}, pitch ${degrees(pose['Pitch'])}, roll ${degrees(pose['Roll'])}`,
          },
        ]
      : []),
    ...('Sharpness' in quality
      ? [
          {
            name: 'Quality',
            value: `brightness ${Math.round(number(quality['Brightness']))}, sharpness ${Math.round(number(quality['Sharpness']))}`,
          },
        ]
      : []),
  ];
}

function withPercent(name: string, value: JsonObject[string] | undefined): Fact[] {
  if (!isObject(value)) return [];
  const said = value['Value'];
  const shown = typeof said === 'boolean' ? (said ? 'Yes' : 'No') : words(text(said));
  return [{ name, value: shown, percent: number(value['Confidence']) }];
}

const degrees = (value: JsonObject[string] | undefined): string => `${Math.round(number(value))}°`;

export function readComparison(output: JsonObject): View {
  const matched = list(output['FaceMatches']);
  const others = list(output['UnmatchedFaces']);
  const source = object(output['SourceImageFace']);
  const rows = [
    ...matched.map((match, index) => comparedRow(object(match['Face']), index, match)),
    ...others.map((face, index) => comparedRow(face, matched.length + index, null)),
  ];
  const targets = [...matched.map((match) => object(match['Face'])), ...others];
  const marks = targets.flatMap((face, index): Mark[] => {
    const match = matched[index];
    const said = match ? percentText(number(match['Similarity'])) : 'Below the threshold';
    return faceMark(face, `target-${index}`, said, !match);
  });
  const chosen = box(source['BoundingBox']);
  const first: Mark[] = chosen ? [{ id: 'source', box: chosen, label: 'The face looked for' }] : [];
  const summary = `${counted(matched.length, 'match', 'matches')} among ${counted(targets.length, 'face')}`;
  return { rows, marks: [first, marks], summary };
}

function comparedRow(face: JsonObject, index: number, match: JsonObject | null): Row {
  const row: Row = {
    id: `target-${index}`,
    title: `Face ${index + 1}`,
    percent: match ? number(match['Similarity']) : null,
    percentLabel: 'Similarity',
    picture: 1,
    group: match ? 'Matches' : 'Not matching',
    facts: faceFacts(face),
  };
  const place = box(face['BoundingBox']);
  if (place) row.crop = place;
  if (!match) row.chip = { text: 'Below the threshold', tone: 'plain' };
  return row;
}

export function readCelebrities(output: JsonObject): View {
  const known = list(output['CelebrityFaces']);
  const others = list(output['UnrecognizedFaces']);
  if (known.length + others.length === 0) return emptyView('No face is seen.');
  const rows = [
    ...known.map((one, index) => celebrityRow(one, index)),
    ...others.map((face, index) => ({
      ...faceRow(face, `other-${index}`, `Face ${index + 1}`),
      group: 'Not recognised',
    })),
  ];
  const marks = [
    ...known.flatMap((one, index) =>
      faceMark(object(one['Face']), `celebrity-${index}`, text(one['Name'])),
    ),
    ...others.flatMap((face, index) => faceMark(face, `other-${index}`, 'Not recognised', true)),
  ];
  const summary = `${counted(known.length, 'celebrity', 'celebrities')}, ${others.length} not recognised`;
  return { rows, marks: [marks, []], summary };
}

function celebrityRow(celebrity: JsonObject, index: number): Row {
  const row = faceRow(object(celebrity['Face']), `celebrity-${index}`, text(celebrity['Name']));
  const links = Array.isArray(celebrity['Urls']) ? celebrity['Urls'].join(', ') : '';
  row.percent = number(celebrity['MatchConfidence']);
  row.percentLabel = 'Match';
  row.group = 'Recognised';
  row.facts = [...fact('Id', text(celebrity['Id'])), ...fact('Links', links), ...(row.facts ?? [])];
  return row;
}

export function readMatches(output: JsonObject, kind: 'face' | 'user'): View {
  const matches = list(output[kind === 'face' ? 'FaceMatches' : 'UserMatches']);
  const searched = box(
    output['SearchedFaceBoundingBox'] ??
      object(object(output['SearchedFace'])['FaceDetail'])['BoundingBox'],
  );
  const marks: Mark[] = searched
    ? [{ id: 'probe', box: searched, label: 'The face searched for' }]
    : [];
  const summary = `${counted(matches.length, 'match', 'matches')} in the collection`;
  const rows = matches.map((match, index) => matchRow(match, index, kind));
  return { rows, marks: [marks, []], summary };
}

function matchRow(match: JsonObject, index: number, kind: 'face' | 'user'): Row {
  const found = object(match[kind === 'face' ? 'Face' : 'User']);
  const id = text(found['FaceId']) || text(found['UserId']);
  const title = text(found['ExternalImageId']) || text(found['UserId']) || id;
  const row: Row = {
    id: `match-${index}`,
    title,
    percent: number(match['Similarity']),
    percentLabel: 'Similarity',
    facts: [
      ...fact('Face', text(found['FaceId'])),
      ...fact('User', text(found['UserId'])),
      ...fact('Picture', text(found['ImageId'])),
      ...fact('State', text(found['UserStatus'])),
    ],
  };
  if (id !== title) row.about = id;
  return row;
}

export function readIndexed(output: JsonObject): View {
  const kept = list(output['FaceRecords']);
  const left = list(output['UnindexedFaces']);
  const rows = [
    ...kept.map((record, index) => {
      const row = faceRow(object(record['FaceDetail']), `kept-${index}`, `Face ${index + 1}`);
      const id = text(object(record['Face'])['FaceId']);
      return {
        ...row,
        about: id,
        group: 'Kept',
        facts: [...fact('Face', id), ...(row.facts ?? [])],
      };
    }),
    ...left.map((record, index) => ({
      ...faceRow(object(record['FaceDetail']), `left-${index}`, `Face ${kept.length + index + 1}`),
      about: textsJoined(record['Reasons']),
      group: 'Not kept',
    })),
  ];
  const marks = [
    ...kept.flatMap((record, index) =>
      faceMark(object(record['FaceDetail']), `kept-${index}`, 'Kept'),
    ),
    ...left.flatMap((record, index) =>
      faceMark(object(record['FaceDetail']), `left-${index}`, 'Not kept', true),
    ),
  ];
  const summary = `${counted(kept.length, 'face')} kept, ${left.length} not`;
  return { rows, marks: [marks, []], summary };
}
