/** What is known of a face or a file, in words. Pure. */
import type { AssetDetail, AssetFace } from '../../api/library';
import { bytesText, percentText } from '../../formatting/numbers';
import { clockText, momentText } from '../../formatting/times';

export interface Fact {
  name: string;
  value: string;
}

/** Said of a face when it is so; the AWS name of the answer beside it. */
const ANSWERS: readonly (readonly [string, string, string])[] = [
  ['SMILE', 'smiling', 'Smile'],
  ['EYEGLASSES', 'glasses', 'Glasses'],
  ['SUNGLASSES', 'sunglasses', 'Sunglasses'],
  ['BEARD', 'beard', 'Beard'],
  ['MUSTACHE', 'moustache', 'Moustache'],
  ['EYES_OPEN', '', 'Eyes open'],
  ['MOUTH_OPEN', 'mouth open', 'Mouth open'],
  ['FACE_OCCLUDED', 'partly covered', 'Covered'],
];
const SURE_ENOUGH = 50;

export function faceFacts(face: AssetFace): { summary: string; rows: Fact[] } {
  const answers = new Map(
    Object.entries(face.answers).map(([name, answer]) => [plain(name), answer] as const),
  );
  const said = ANSWERS.filter(([name, words]) => words && answers.get(plain(name))?.value).map(
    ([, words]) => words,
  );
  const mood = face.emotions[0];
  const summary = [
    face.age ? `${face.age.low}–${face.age.high} years` : '',
    face.gender && face.gender.confidence >= SURE_ENOUGH ? face.gender.value.toLowerCase() : '',
    mood && mood.confidence >= SURE_ENOUGH ? mood.name.toLowerCase() : '',
    ...said,
  ].filter(Boolean);
  const rows: Fact[] = [];
  const add = (name: string, value: string) => rows.push({ name, value });
  if (face.gender) add('Looks', `${face.gender.value} ${percentText(face.gender.confidence)}`);
  for (const { name, confidence } of face.emotions.slice(0, 3)) {
    add(capital(name), percentText(confidence));
  }
  for (const [name, , title] of ANSWERS) {
    const answer = answers.get(plain(name));
    if (answer) add(title, `${answer.value ? 'yes' : 'no'} ${percentText(answer.confidence)}`);
  }
  if (face.pose) {
    const { yaw, pitch, roll } = face.pose;
    add(
      'Turned, raised, tilted',
      [yaw, pitch, roll].map((angle) => `${Math.round(angle)}°`).join(', '),
    );
  }
  if (face.quality) {
    add('Brightness', percentText(face.quality.brightness));
    add('Sharpness', percentText(face.quality.sharpness));
  }
  return { summary: summary.join(', '), rows };
}

export function fileFacts(asset: AssetDetail): Fact[] {
  const facts: (Fact | null)[] = [
    asset.width && asset.height
      ? { name: 'Size', value: `${asset.width} × ${asset.height}` }
      : null,
    asset.duration_ms === null
      ? null
      : { name: 'Duration', value: clockText(asset.duration_ms, { tenths: true }) },
    asset.frame_rate
      ? { name: 'Frame rate', value: `${rateText(asset.frame_rate)} per second` }
      : null,
    { name: 'File', value: bytesText(asset.byte_count) },
    asset.format ? { name: 'Format', value: asset.format } : null,
    asset.camera ? { name: 'Camera', value: asset.camera } : null,
    asset.taken_at ? { name: 'Taken', value: momentText(asset.taken_at) } : null,
    { name: 'Added', value: momentText(asset.created_at) },
  ];
  return facts.filter((fact) => fact !== null);
}

/** `30000/1001` becomes 29.97. */
export function rateText(rate: string): string {
  const [above, below = 1] = rate.split('/').map(Number);
  if (!above || !below) return rate;
  return String(Math.round((above / below) * 100) / 100);
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();
const capital = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase();
