/** What the list of people shows, as an address. */
import type { Classification, PersonListed } from '../../../api/people';
import { folded } from '../../../parts/lookup';

export type PeopleSort = 'faces' | 'name' | 'recent';

export interface PeopleQuery {
  words: string;
  classification: Classification | '';
  sort: PeopleSort;
}

export const EVERYBODY: PeopleQuery = { words: '', classification: '', sort: 'faces' };
export const SORT_TITLES: Record<PeopleSort, string> = {
  faces: 'Most faces',
  name: 'Name',
  recent: 'Latest changed',
};
export const CLASSIFICATIONS: readonly Classification[] = ['key', 'named', 'unknown', 'ignored'];
export const CLASSIFICATION_TITLES: Record<Classification, string> = {
  key: 'Key',
  named: 'Named',
  unknown: 'Unknown',
  ignored: 'Ignored',
};
/** What each means, for who chooses one. */
export const CLASSIFICATION_ABOUT: Record<Classification, string> = {
  key: 'Somebody these photos are about. Stays in the list even without a face.',
  named: 'Somebody with a name.',
  unknown: 'Kept, but nobody knows who it is.',
  ignored: 'Known, and of no interest.',
};

const PATH = '/people/all';

const isSort = (text: string): text is PeopleSort => text in SORT_TITLES;
const isClassification = (text: string): text is Classification =>
  CLASSIFICATIONS.includes(text as Classification);

export function readPeopleQuery(parameters: URLSearchParams): PeopleQuery {
  const sort = parameters.get('sort') ?? '';
  const classification = parameters.get('class') ?? '';
  return {
    words: parameters.get('q') ?? '',
    classification: isClassification(classification) ? classification : '',
    sort: isSort(sort) ? sort : EVERYBODY.sort,
  };
}

export function peopleAddress(query: PeopleQuery): string {
  const parameters = new URLSearchParams();
  if (query.words) parameters.set('q', query.words);
  if (query.classification) parameters.set('class', query.classification);
  if (query.sort !== EVERYBODY.sort) parameters.set('sort', query.sort);
  const text = parameters.toString();
  return text ? `${PATH}?${text}` : PATH;
}

export const personAddress = (userId: string): string => `/people/of/${encodeURIComponent(userId)}`;

/** Who else is called so, of those the server found for the name. */
export function namesakes(
  name: string,
  found: readonly PersonListed[],
  except: string,
): PersonListed[] {
  const wanted = folded(name);
  return found.filter(
    (one) =>
      one.user_id !== except && [one.name, ...one.aliases].some((own) => folded(own) === wanted),
  );
}
