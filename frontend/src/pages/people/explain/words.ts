/** What an explanation says in words. */
import type { Explained, Pose } from '../../../api/people';
import { countText } from '../../../formatting/numbers';

/** "Of 100,000 pairs of different people about 3 are this much alike." */
export function rateInWords(rate: number): string {
  const pairs = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000].find(
    (many) => rate * many >= 1,
  );
  if (pairs === undefined) {
    return 'Of 10,000,000 pairs of different people less than one is this much alike.';
  }
  const alike = Math.round(rate * pairs);
  const verb = alike === 1 ? 'is' : 'are';
  return `Of ${countText(pairs)} pairs of different people about ${countText(alike)} ${verb} this much alike.`;
}

const FRONTAL = 15;
const TURNED = 40;

/** How a head is held, as a person would say it. */
export function poseInWords({ yaw, pitch, roll }: Pose): string {
  const said: string[] = [];
  if (Math.abs(yaw) >= TURNED) said.push(`turned far to the ${side(yaw)}`);
  else if (Math.abs(yaw) >= FRONTAL) said.push(`turned to the ${side(yaw)}`);
  if (Math.abs(pitch) >= FRONTAL) said.push(pitch > 0 ? 'looking up' : 'looking down');
  if (Math.abs(roll) >= FRONTAL) said.push('tilted');
  return said.length === 0 ? 'facing the camera' : said.join(', ');
}
/** As the picture shows it. */
const side = (yaw: number): string => (yaw > 0 ? 'right' : 'left');

export const degrees = ({ yaw, pitch, roll }: Pose): string =>
  `yaw ${whole(yaw)}°, pitch ${whole(pitch)}°, roll ${whole(roll)}°`;
const whole = (angle: number): string => String(Math.round(angle) || 0).replace('-', '−');

/** Below so many pairs the shape of a histogram says little. */
const FEW_PAIRS = 50;

export type Histogram = Explained['histogram'];

export interface Read {
  same: number;
  other: number;
  /** Percent at which half of the pairs are more alike; null for no pairs. */
  sameMiddle: number | null;
  otherMiddle: number | null;
  /** Shares 0-1 of the pairs that are less alike than this face. */
  sameBelow: number;
  otherBelow: number;
}

/** What the two series say about a face that is `percent` alike. */
export function readHistogram(histogram: Histogram, percent: number): Read {
  const { same_person: own, other_person: others } = histogram;
  return {
    same: sum(own),
    other: sum(others),
    sameMiddle: middleOf(own),
    otherMiddle: middleOf(others),
    sameBelow: shareBelow(own, percent),
    otherBelow: shareBelow(others, percent),
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((all, one) => all + one, 0);

function middleOf(counts: readonly number[]): number | null {
  const half = sum(counts) / 2;
  let seen = 0;
  for (const [place, count] of counts.entries()) {
    seen += count;
    if (count > 0 && seen >= half) return ((place + 0.5) * 100) / counts.length;
  }
  return null;
}

/** Of the bin that it falls into the part below it. */
function shareBelow(counts: readonly number[], percent: number): number {
  const all = sum(counts);
  if (all === 0) return 0;
  const place = (percent / 100) * counts.length;
  const bin = Math.min(counts.length - 1, Math.floor(place));
  const below = sum(counts.slice(0, bin)) + (counts[bin] ?? 0) * (place - bin);
  return Math.min(1, below / all);
}

/** For those who do not see the drawing, and for those who do not read drawings. */
export function histogramInWords(histogram: Histogram, percent: number): string {
  const read = readHistogram(histogram, percent);
  const said: string[] = [];
  if (read.sameMiddle !== null) {
    said.push(halfOf(read.same, 'one person', read.sameMiddle));
  }
  if (read.otherMiddle !== null) {
    said.push(halfOf(read.other, 'different people', read.otherMiddle));
  }
  if (said.length === 0) return 'No pairs of named faces can be compared yet.';
  const than: string[] = [];
  if (read.other > 0) than.push(`${share(read.otherBelow)} of the pairs of different people`);
  if (read.same > 0) than.push(`${share(read.sameBelow)} of the pairs of one person`);
  said.push(
    `This face, at ${Math.floor(percent)} %, is more alike than ${than.join(' and than ')}.`,
  );
  return said.join(' ');
}

function halfOf(pairs: number, whose: string, middle: number): string {
  const percent = `${Math.round(middle)} %`;
  return pairs === 1
    ? `The only pair of ${whose} is ${percent} alike.`
    : `Of ${countText(pairs)} pairs of ${whose} half are ${percent} alike or more.`;
}

function share(part: number): string {
  if (part >= 1) return 'all';
  if (part <= 0) return 'none';
  if (part > 0.99) return 'more than 99 %';
  if (part < 0.01) return 'less than 1 %';
  return `${Math.round(part * 100)} %`;
}

/** How far to trust it; empty when there is nothing to warn of. */
export function caution(histogram: Histogram): string {
  const { same, other } = readHistogram(histogram, 0);
  const said: string[] = [];
  if (same < FEW_PAIRS || other < FEW_PAIRS) {
    said.push('So few pairs say little: name more faces, and it becomes telling.');
  }
  if (histogram.is_sample) {
    said.push(`A sample of ${countText(histogram.faces)} named faces, not all of them.`);
  }
  return said.join(' ');
}

/** Bars of a series, 0-1 of its own highest: there are far more pairs of different people. */
export function heightsOf(counts: readonly number[]): number[] {
  const most = Math.max(...counts, 0);
  return counts.map((count) => (most === 0 ? 0 : count / most));
}
