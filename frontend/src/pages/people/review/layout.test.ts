import { describe, expect, it } from 'vitest';

import {
  FINISHED_HEIGHT,
  Layout,
  heightOf,
  linesIn,
  placeOf,
  scrollTo,
  sectionsIn,
  shapeFor,
} from './layout';
import { made } from './made';

const names = (letter: string, many: number) =>
  Array.from({ length: many }, (_, place) => `${letter}${place}`);
const shape = shapeFor(900);

describe('the layout of the review', () => {
  it('breaks a band into lines of as many crops as fit', () => {
    const row = made('ada', { likely: names('a', shape.columns + 2), unlikely: ['u'] });
    const [section] = new Layout().sections([row], shape);
    const kinds = section!.lines.map((line) => `${line.kind} ${line.count}`);
    const crops = [`crops ${shape.columns}`, 'crops 2'];
    expect(kinds).toEqual([`band ${shape.columns + 2}`, ...crops, 'fold 1']);
  });
  it('fills the width with its tiles', () => {
    for (const width of [320, 390, 700, 1440]) {
      const { columns, tile, asideWidth } = shapeFor(width);
      const used = asideWidth + columns * tile + (columns - 1) * 8;
      expect(used).toBeLessThanOrEqual(width);
      expect(used).toBeGreaterThan(width - tile);
    }
  });
  it('puts the person above the faces on a narrow screen', () => {
    expect(shapeFor(390).asideWidth).toBe(0);
    expect(shapeFor(390).headHeight).toBeGreaterThan(0);
  });
  it('stacks rows without holes, and keeps a thin one for who is finished', () => {
    const rows = [made('ada', { likely: ['a'] }), { ...made('ben', {}), finished: true }];
    const sections = new Layout().sections(rows, shape);
    expect(sections[1]!.top).toBe(sections[0]!.height);
    expect(heightOf(sections)).toBe(sections[0]!.height + FINISHED_HEIGHT);
  });
  it('finds what is in view among very many, and only that', () => {
    const rows = Array.from({ length: 1000 }, (_, place) =>
      made(`p${place}`, { likely: names(`p${place}-`, 100) }),
    );
    const sections = new Layout().sections(rows, shape);
    const from = heightOf(sections) / 2;
    const { first, last } = sectionsIn(sections, from, from + 900);
    expect(last - first).toBeLessThan(4);
    expect(sections[first]!.top).toBeLessThanOrEqual(from);
    expect(sections[last]!.top + sections[last]!.height).toBeGreaterThanOrEqual(from + 900);
    const lines = sections.slice(first, last + 1).flatMap((one) => linesIn(one, from, from + 900));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.length).toBeLessThan(14);
  });
  it('shows nothing of nobody', () => {
    expect(sectionsIn([], 0, 900)).toEqual({ first: 0, last: -1 });
  });
  it('keeps the lines of a row that did not change', () => {
    const layout = new Layout();
    const row = made('ada', { likely: ['a'] });
    const [before] = layout.sections([row], shape);
    expect(layout.sections([row], shape)[0]!.lines).toBe(before!.lines);
  });
  it('scrolls no further than to show a face, and with it the head of its band', () => {
    const rows = [made('ada', { likely: names('a', 200) })];
    const sections = new Layout().sections(rows, shape);
    const at = (face_id: string) => ({ user_id: 'ada', face_id });
    expect(scrollTo(sections, at('a0'), 0, 600)).toBe(0);
    expect(scrollTo(sections, at('a0'), 500, 600)).toBe(0);
    const down = scrollTo(sections, at('a199'), 0, 600);
    const { line } = placeOf(sections, at('a199'))!;
    expect(down + 600).toBeGreaterThanOrEqual(line.top + line.height);
    expect(scrollTo(sections, at('a199'), down, 600)).toBe(down);
  });
});
