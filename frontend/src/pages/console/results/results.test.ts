import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../../api/console';
import { narrowed } from './limits';
import { readView } from './read';
import { tablesOf } from './tables';

const boundingBox = { Left: 0.1, Top: 0.2, Width: 0.3, Height: 0.4 };
const labels: JsonObject = {
  Labels: [
    {
      Name: 'Dog',
      Confidence: 98,
      Parents: [{ Name: 'Animal' }],
      Instances: [{ BoundingBox: boundingBox, Confidence: 97 }],
    },
    { Name: 'Grass', Confidence: 60, Parents: [], Instances: [] },
  ],
};
const comparison: JsonObject = {
  SourceImageFace: { BoundingBox: boundingBox, Confidence: 99 },
  FaceMatches: [
    { Similarity: 99, Face: { BoundingBox: boundingBox } },
    { Similarity: 12, Face: { BoundingBox: boundingBox } },
  ],
  UnmatchedFaces: [],
};

describe('rows and shapes', () => {
  it('of labels belong together by their id', () => {
    const view = readView('labels', labels);
    expect(view?.rows.map((row) => row.id)).toEqual(['Dog', 'Grass']);
    expect(view?.marks[0].map((mark) => [mark.id, mark.box?.left])).toEqual([['Dog', 0.1]]);
    expect(view?.summary).toBe('2 labels, 1 of them with boxes');
  });
  it('of a comparison lie on both pictures', () => {
    const view = readView('compare', comparison);
    expect(view?.marks[0]).toHaveLength(1);
    expect(view?.marks[1].map((mark) => mark.id)).toEqual(['target-0', 'target-1']);
  });
  it('of an empty answer are none, and a sentence says so', () => {
    for (const id of ['labels', 'faces', 'moderation', 'text', 'equipment', 'celebrities']) {
      const view = readView(id, {});
      expect(view?.rows).toEqual([]);
      expect(view?.summary).toMatch(/\.$/);
    }
  });
});

describe('sliders', () => {
  it('narrow labels by confidence, then by number', () => {
    const sure = narrowed('DetectLabels', labels, { confidence: 70, limit: 10 });
    expect(sure['Labels']).toHaveLength(1);
    const few = narrowed('DetectLabels', labels, { confidence: 0, limit: 1 });
    expect(few['Labels']).toHaveLength(1);
  });
  it('narrow the boxes of a label too', () => {
    const boxes = narrowed('DetectLabels', labels, { confidence: 97.5, limit: 10 });
    expect(boxes['Labels']).toMatchObject([{ Name: 'Dog', Instances: [] }]);
  });
  it('turn matches below the threshold into faces that did not match', () => {
    const output = narrowed('CompareFaces', comparison, { confidence: 80, limit: Infinity });
    expect(output['FaceMatches']).toHaveLength(1);
    expect(output['UnmatchedFaces']).toHaveLength(1);
  });
  it('keep a line of text while one of its words stays', () => {
    const output: JsonObject = {
      TextDetections: [
        { Id: 0, Type: 'LINE', Confidence: 90 },
        { Id: 1, ParentId: 0, Type: 'WORD', Confidence: 95 },
        { Id: 2, Type: 'LINE', Confidence: 40 },
        { Id: 3, ParentId: 2, Type: 'WORD', Confidence: 40 },
      ],
    };
    const kept = narrowed('DetectText', output, { confidence: 50, limit: Infinity });
    expect(kept['TextDetections']).toMatchObject([{ Id: 0 }, { Id: 1 }]);
  });
  it('leave answers alone that know none', () => {
    const output = { CollectionIds: ['a'] };
    expect(narrowed('ListCollections', output, { confidence: 99, limit: 0 })).toBe(output);
  });
});

describe('any answer as tables', () => {
  it('makes a table of each list and facts of the rest', () => {
    const shown = tablesOf({ CollectionIds: ['a', 'b'], FaceModelVersions: ['7.0'], Count: 2 });
    expect(shown.tables.map((table) => [table.title, table.rows])).toEqual([
      ['Collection ids', [['a'], ['b']]],
      ['Face model versions', [['7.0']]],
    ]);
    expect(shown.facts).toEqual([{ name: 'Count', value: '2' }]);
  });
});
