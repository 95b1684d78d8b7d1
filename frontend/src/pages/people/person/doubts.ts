/** Which of somebody's faces are worth a doubt. */
import type { PersonFace } from '../../../api/people';

/** Of a million pairs of different people one is so much alike. Faces of one person mostly are so by
 * far more: in a trial of 60 people with 508 faces from the news, nine faces were below it, three of
 * them of somebody else. */
const DOUBTFUL_RATE = 1e-6;

/** A face that is less like the person's others than faces of one person mostly are. */
export const isDoubtful = (face: PersonFace): boolean =>
  face.false_match_rate !== null && face.false_match_rate > DOUBTFUL_RATE;
