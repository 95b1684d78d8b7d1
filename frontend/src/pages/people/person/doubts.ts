/** Which of somebody's faces are worth a doubt. */
import type { PersonFace } from '../../../api/people';

/** Of so many strangers one is as like as a face must be that counts as likely: the server's band. */
const CHANCE = 0.05;

/** A face that would not be taken for the person if it were looked at today. people: how many are
 * in the library; among more people a stranger is more like somebody. */
export function isDoubtful(face: PersonFace, people: number): boolean {
  if (face.false_match_rate === null) return false;
  return face.false_match_rate * Math.max(1, people) > CHANCE;
}

export function doubtful(faces: readonly PersonFace[], people: number): PersonFace[] {
  return faces.filter((face) => isDoubtful(face, people));
}
