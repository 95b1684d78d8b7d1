import { describe, expect, it } from 'vitest';

import { ENTRIES, type Entry } from './entries';
import { draftOf, FieldProblem, inputOf, PictureBytes, put, wideDraft, type Draft } from './input';
import { fromQuery, toQuery } from './permalink';

const entry = (id: string): Entry => {
  const found = ENTRIES.find((one) => one.id === id);
  if (!found) throw new Error(`There is no entry ${id}.`);
  return found;
};
const photo = new PictureBytes('a.jpg', 3);
const settings = (values: Record<string, string> = {}) => ({ values, confidence: 70, limit: 5 });

describe('a call', () => {
  it('is made of pictures, fields and sliders', () => {
    const values = { 'Settings.GeneralLabels.LabelInclusionFilters': 'Tree, Flower' };
    expect(draftOf(entry('labels'), settings(values), [photo])).toEqual({
      Image: { Bytes: photo },
      Features: ['GENERAL_LABELS'],
      Settings: { GeneralLabels: { LabelInclusionFilters: ['Tree', 'Flower'] } },
      MinConfidence: 70,
      MaxLabels: 5,
    });
  });
  it('names a picture that lies in a bucket', () => {
    const stored = { bucket: 'photos', name: 'team/ada.jpg' };
    expect(draftOf(entry('faces'), settings(), [stored])).toEqual({
      Image: { S3Object: { Bucket: 'photos', Name: 'team/ada.jpg' } },
    });
  });
  it('says which field is missing or malformed', () => {
    expect(() => draftOf(entry('CreateCollection'), settings(), [])).toThrow(FieldProblem);
    const bad = settings({ CollectionId: 'a', MaxResults: 'many' });
    expect(() => draftOf(entry('ListFaces'), bad, [])).toThrow('Results a page is a whole number.');
  });
  it('is sent widely, so that sliders need not ask again, and shown as it is set', () => {
    const draft = draftOf(entry('labels'), settings(), [photo]);
    expect(wideDraft(entry('labels'), draft)).toMatchObject({ MinConfidence: 10, MaxLabels: 100 });
    expect(draft).toMatchObject({ MinConfidence: 70, MaxLabels: 5 });
  });
  it('that writes is sent exactly as it is set', () => {
    const index = entry('index');
    const draft = draftOf(index, settings({ CollectionId: 'team' }), [photo]);
    expect(wideDraft(index, draft)).toMatchObject({ MaxFaces: 5 });
  });
  it('takes the base64 of its pictures at the end', () => {
    expect(inputOf({ Image: { Bytes: photo } }, (one) => `<${one.fileName}>`)).toEqual({
      Image: { Bytes: '<a.jpg>' },
    });
  });
});

describe('put', () => {
  it('makes objects on the way, and takes a whole input at the empty path', () => {
    const draft: Draft = { A: 1 };
    put(draft, 'B.C', true);
    put(draft, '', { D: 'x' });
    expect(draft).toEqual({ A: 1, B: { C: true }, D: 'x' });
  });
});

describe('a permalink', () => {
  it('holds what differs, and brings it back', () => {
    const values = { CollectionId: 'team', QualityFilter: 'HIGH' };
    const query = toQuery(entry('search-image'), { values, confidence: 91, limit: 20 });
    expect(query).toBe('op=search-image&min=91&CollectionId=team&QualityFilter=HIGH');
    const kept = fromQuery(entry('search-image'), new URLSearchParams(query));
    expect(kept).toEqual({ values, confidence: 91, limit: null });
  });
  it('with nonsense in it leaves the sliders where they begin', () => {
    const kept = fromQuery(entry('labels'), new URLSearchParams('min=lots&max=-3'));
    expect(kept.confidence).toBeNull();
    expect(kept.limit).toBeNull();
  });
});
