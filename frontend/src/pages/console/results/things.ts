/** Answers about things: labels, moderation, text, equipment, colours. */
import type { Json, JsonObject } from '../../../api/console';
import { counted, percentText } from '../../../formatting/numbers';
import type { Mark } from '../../../geometry/overlay';
import { box, list, number, object, points, text, texts, words } from './json';
import { emptyView, type Fact, type Row, type View } from './rows';

export function readLabels(output: JsonObject): View {
  const labels = list(output['Labels']);
  if (labels.length === 0) return emptyView('No label reaches this confidence.');
  const rows = labels.map(labelRow);
  const marks = labels.flatMap(labelMarks);
  const placed = labels.filter((label) => list(label['Instances']).length > 0).length;
  const summary = `${counted(labels.length, 'label')}, ${placed} of them with boxes`;
  return { rows, marks: [marks, []], summary };
}

function labelRow(label: JsonObject): Row {
  const name = text(label['Name']);
  const parents = list(label['Parents']).map((parent) => text(parent['Name']));
  const aliases = list(label['Aliases']).map((alias) => text(alias['Name']));
  const categories = list(label['Categories']).map((category) => text(category['Name']));
  const many = list(label['Instances']).length;
  const row: Row = { id: name, title: name, percent: number(label['Confidence']) };
  if (parents.length > 0) row.about = parents.join(' · ');
  if (many > 0) row.chip = { text: `${many}×`, tone: 'plain' };
  row.facts = [
    ...fact('Categories', categories.join(', ')),
    ...fact('Also called', aliases.join(', ')),
    ...list(label['Instances']).map((instance, index) => ({
      name: `Box ${index + 1}`,
      value: colours(instance),
      percent: number(instance['Confidence']),
    })),
  ];
  return row;
}

function labelMarks(label: JsonObject): Mark[] {
  const name = text(label['Name']);
  return list(label['Instances']).flatMap((instance) => {
    const place = box(instance['BoundingBox']);
    const said = `${name} ${percentText(number(instance['Confidence']))}`;
    return place ? [{ id: name, box: place, label: said }] : [];
  });
}

const colours = (value: JsonObject): string =>
  list(value['DominantColors'])
    .slice(0, 2)
    .map((colour) => text(colour['SimplifiedColor']))
    .join(', ');

export function readModeration(output: JsonObject): View {
  const labels = list(output['ModerationLabels']);
  if (labels.length === 0) return emptyView('Nothing that needs moderation at this confidence.');
  const rows = labels.map((label): Row => {
    const name = text(label['Name']);
    const row: Row = {
      id: name,
      title: name,
      percent: number(label['Confidence']),
      chip: { text: `Level ${number(label['TaxonomyLevel'])}`, tone: 'warn' },
    };
    if (text(label['ParentName'])) row.about = text(label['ParentName']);
    return row;
  });
  return { rows, marks: [[], []], summary: counted(rows.length, 'moderation label') };
}

export function readText(output: JsonObject): View {
  const all = list(output['TextDetections']);
  const lines = all.filter((one) => one['Type'] === 'LINE');
  const separate = all.filter((one) => one['Type'] === 'WORD');
  if (all.length === 0) return emptyView('No text reaches this confidence.');
  const shown = lines.length > 0 ? lines : separate;
  const rows = shown.map((line): Row => {
    const inside = separate.filter((word) => word['ParentId'] === line['Id']);
    return {
      id: `text-${String(line['Id'])}`,
      title: text(line['DetectedText']),
      percent: number(line['Confidence']),
      facts: inside.map((word) => ({
        name: 'Word',
        value: text(word['DetectedText']),
        percent: number(word['Confidence']),
      })),
    };
  });
  const marks = shown.flatMap((line): Mark[] => {
    const polygon = points(object(line['Geometry'])['Polygon']);
    const id = `text-${String(line['Id'])}`;
    return polygon.length > 0 ? [{ id, polygon, label: text(line['DetectedText']) }] : [];
  });
  const summary = `${counted(lines.length, 'line')}, ${counted(separate.length, 'word')}`;
  return { rows, marks: [marks, []], summary };
}

const COVER_TONES = { yes: 'good', no: 'bad' } as const;

export function readEquipment(output: JsonObject): View {
  const persons = list(output['Persons']);
  if (persons.length === 0) return emptyView('Nobody is seen.');
  const summary = object(output['Summary']);
  const rows = persons.map((person) => personRow(person, summary));
  const marks = persons.flatMap(personMarks);
  return { rows, marks: [marks, []], summary: counted(persons.length, 'person', 'persons') };
}

function personRow(person: JsonObject, summary: JsonObject): Row {
  const id = number(person['Id']);
  const row: Row = {
    id: `person-${id}`,
    title: `Person ${id + 1}`,
    percent: number(person['Confidence']),
  };
  const place = box(person['BoundingBox']);
  if (place) row.crop = place;
  row.facts = list(person['BodyParts']).map((part) => partFact(part));
  if (listed(summary['PersonsWithRequiredEquipment'], id)) {
    row.chip = { text: 'Has it', tone: COVER_TONES.yes };
  } else if (listed(summary['PersonsWithoutRequiredEquipment'], id)) {
    row.chip = { text: 'Lacks it', tone: COVER_TONES.no };
  } else if (listed(summary['PersonsIndeterminate'], id)) {
    row.chip = { text: 'Cannot be said', tone: 'warn' };
  }
  return row;
}

function partFact(part: JsonObject): Fact {
  const pieces = list(part['EquipmentDetections']);
  const worn = pieces.map((piece) => {
    const covers = object(piece['CoversBodyPart']);
    return `${words(text(piece['Type']))}${covers['Value'] === false ? ', does not cover it' : ''}`;
  });
  return {
    name: words(text(part['Name'])),
    value: worn.join('; ') || 'nothing found',
    percent: number(part['Confidence']),
  };
}

function personMarks(person: JsonObject): Mark[] {
  const id = `person-${number(person['Id'])}`;
  const place = box(person['BoundingBox']);
  const pieces = list(person['BodyParts']).flatMap((part) => list(part['EquipmentDetections']));
  return [
    ...(place ? [{ id, box: place, label: `Person ${number(person['Id']) + 1}` }] : []),
    ...pieces.flatMap((piece): Mark[] => {
      const at = box(piece['BoundingBox']);
      return at ? [{ id, box: at, label: words(text(piece['Type'])) }] : [];
    }),
  ];
}

const listed = (ids: Json | undefined, id: number): boolean =>
  Array.isArray(ids) && ids.includes(id);

export function readProperties(output: JsonObject): View {
  const properties = object(output['ImageProperties']);
  const rows = [
    ...part(properties, 'Whole picture'),
    ...part(object(properties['Foreground']), 'Foreground'),
    ...part(object(properties['Background']), 'Background'),
  ];
  if (rows.length === 0) return emptyView('The answer holds no image properties.');
  const colourCount = rows.filter((row) => row.swatch).length;
  return { rows, marks: [[], []], summary: counted(colourCount, 'dominant colour') };
}

function part(properties: JsonObject, group: string): Row[] {
  const quality = object(properties['Quality']);
  const scores = ['Brightness', 'Sharpness', 'Contrast'].filter((name) => name in quality);
  return [
    ...scores.map((name) => ({
      id: `${group}-${name}`,
      title: name,
      percent: number(quality[name]),
      percentLabel: name,
      group,
    })),
    ...list(properties['DominantColors']).map((colour, index) => ({
      id: `${group}-colour-${index}`,
      title: words(text(colour['CSSColor']) || text(colour['SimplifiedColor'])),
      about: text(colour['HexCode']),
      swatch: text(colour['HexCode']),
      percent: number(colour['PixelPercent']),
      percentLabel: 'Share of the pixels',
      group,
    })),
  ];
}

export const fact = (name: string, value: string): Fact[] => (value ? [{ name, value }] : []);

export const textsJoined = (value: Json | undefined): string => texts(value).map(words).join(', ');
