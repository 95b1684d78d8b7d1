/** Which of somebody's faces are worth a doubt. */
import type { PersonFace } from '../../../api/people';

/** Of a million pairs of different people one is so much alike; faces of one person mostly are by far
 * more. It says how long the strip is and decides nothing: in a trial of 60 people with 508 faces from
 * the news nine were less alike, three of them in photos of somebody else. */
const DOUBTFUL_RATE = 1e-6;

/** A face that is less like the person's others than faces of one person mostly are. */
export const isDoubtful = (face: PersonFace): boolean =>
  face.false_match_rate !== null && face.false_match_rate > DOUBTFUL_RATE;
