/** Words for select, then recognise. Pure. */
import type { RecogniseEstimate, RecogniseRun } from '../../api/people';
import { counted, countText, dollars } from '../../formatting/numbers';
import { spanText } from '../../formatting/times';

/** What a run would take, as one line. */
export function estimateText(estimate: RecogniseEstimate): string {
  const faces = estimate.faces_expected;
  return [
    counted(estimate.to_do, 'photo'),
    `about ${counted(faces, 'face')}`,
    aboutText(estimate.seconds_expected),
  ].join(' · ');
}

/** Rounded as a guess deserves: 7 s, 40 s, 4 min, 3 h. */
export function aboutText(seconds: number): string {
  if (seconds < 1) return 'a moment';
  const step = seconds < 20 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 30 : seconds < 3600 ? 60 : 600;
  return `~${spanText(Math.round(seconds / step) * step)}`;
}

export function priceText(estimate: RecogniseEstimate): string {
  const { aws_usd, per_face_usd, per_face_service } = estimate;
  return `AWS list price: ${dollars(aws_usd)}; ${per_face_service}: ${dollars(per_face_usd)}`;
}

/** What is left out, if anything is. */
export function alreadyText(estimate: RecogniseEstimate): string {
  const { already, to_do } = estimate;
  if (already === 0) return '';
  if (to_do === 0)
    return already === 1 ? 'It was looked through already.' : 'All were looked through already.';
  return `${countText(already)} ${already === 1 ? 'was' : 'were'} looked through already`;
}

/** What is left out, and how much of a guess it is. */
export function asideText(estimate: RecogniseEstimate): string {
  const guess = estimate.is_measured
    ? ''
    : 'how many faces is a guess from other photos, until some of these were looked through';
  return [alreadyText(estimate), guess].filter(Boolean).join('; ');
}

/** 0 to 1. */
export const shareDone = (run: RecogniseRun): number =>
  run.photos > 0 ? (run.done + run.failed) / run.photos : 1;

export function paceText(run: RecogniseRun): string {
  const pace = run.faces_per_second;
  if (pace === null) return '';
  return `${pace.toFixed(pace < 10 ? 1 : 0)} faces/s`;
}

/** The end of a run in words; the links to what is to be reviewed come behind it. */
export function endText(run: RecogniseRun): string {
  const about = run.is_estimate ? 'about ' : '';
  const parts = [
    run.named > 0 ? `${about}${countText(run.named)} named` : '',
    run.suggested > 0 ? `${about}${countText(run.suggested)} suggested` : '',
    run.unknown > 0 ? `${about}${countText(run.unknown)} unknown` : '',
  ].filter(Boolean);
  const found = run.faces === 0 ? 'No face' : counted(run.faces, 'face');
  return parts.length > 0 ? `${found}: ${parts.join(', ')}` : found;
}

/** Where a review of what was found begins; empty when there is nothing left to review. */
export function reviewAddress(run: RecogniseRun): string {
  if (run.suggested > 0) return '/people';
  return run.unknown > 0 ? '/people/unknown' : '';
}

/** The runs to show: all that go on, or else the last one, unless it was put away. */
export function shownRuns(
  runs: readonly RecogniseRun[],
  putAway: ReadonlySet<string>,
): RecogniseRun[] {
  const running = runs.filter((run) => run.state === 'running');
  const last = runs.find(tells);
  return running.length > 0 || !last || putAway.has(last.run_id) ? running : [last];
}

/** With a run as an event tells it; new ones come first. */
export function withRun(runs: readonly RecogniseRun[], told: RecogniseRun): RecogniseRun[] {
  const known = runs.some((run) => run.run_id === told.run_id);
  return known ? runs.map((run) => (run.run_id === told.run_id ? told : run)) : [told, ...runs];
}

/** A run over photos that were all looked through before has nothing to say. */
const tells = (run: RecogniseRun): boolean => run.done + run.failed > 0;
