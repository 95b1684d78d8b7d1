import { describe, expect, it } from 'vitest';

import { PictureBytes, type Draft } from '../input';
import { boto3Code, cliCode, curlCode, javascriptCode, kebab, requestText, snake } from './clients';

const endpoint = 'http://127.0.0.1:8600';
const region = 'us-east-1';
const call = (operation: string, draft: Draft) => ({ operation, draft, endpoint, region });
const photo = new PictureBytes("Ada's photo.jpg", 1234);

describe('code for a picture', () => {
  const faces = call('DetectFaces', { Image: { Bytes: photo }, Attributes: ['ALL'] });

  it('reads the file, in boto3', () => {
    const code = boto3Code(faces);
    expect(code).toContain('rekognition.detect_faces(');
    expect(code).toContain(`Image={"Bytes": open("Ada's photo.jpg", "rb").read()},`);
    expect(code).toContain('Attributes=["ALL"],');
  });
  it('reads the file, in the AWS CLI', () => {
    const code = cliCode(faces);
    expect(code).toContain('aws rekognition detect-faces');
    expect(code).toContain(`--image-bytes 'fileb://Ada'\\''s photo.jpg'`);
    expect(code).toContain(`--attributes '["ALL"]'`);
  });
  it('reads the file, in JavaScript', () => {
    const code = javascriptCode(faces);
    expect(code).toContain('import { readFile } from "node:fs/promises";');
    expect(code).toContain(`Image: {Bytes: await readFile("Ada's photo.jpg")},`);
  });
  it('sends the file through standard input, in curl', () => {
    const code = curlCode(faces);
    expect(code).toContain(`--aws-sigv4 aws:amz:us-east-1:rekognition`);
    expect(code).toContain(`{"Image":{"Bytes":"$(base64 < 'Ada'\\''s photo.jpg' | tr -d '\\n')"}`);
  });
});

describe('code for other input', () => {
  it('names what lies in a bucket', () => {
    const stored = { Image: { S3Object: { Bucket: 'photos', Name: 'ada.jpg' } } };
    const code = cliCode(call('DetectFaces', stored));
    expect(code).toContain(`--image '{"S3Object":{"Bucket":"photos","Name":"ada.jpg"}}'`);
    expect(javascriptCode(call('DetectFaces', stored))).not.toContain('readFile');
  });
  it('needs no file and no empty argument', () => {
    const lists = call('ListCollections', {});
    expect(boto3Code(lists)).toContain('rekognition.list_collections()');
    expect(javascriptCode(lists)).not.toContain('readFile');
    expect(cliCode(lists).trim().endsWith('--region us-east-1')).toBe(true);
  });
  it('cannot break out of the shell', () => {
    const name = call('CreateUser', { CollectionId: 'a', UserId: "x'; rm -rf ~; '$(id)`id`\\" });
    expect(cliCode(name)).toContain(`--user-id 'x'\\''; rm -rf ~; '\\''$(id)\`id\`\\'`);
    expect(curlCode(name)).toContain('\\$(id)\\`id\\`\\\\\\\\');
  });
  it('writes what each language calls true and null', () => {
    const flags = call('DetectLabels', { Settings: { A: true, B: null, C: 1.5 } });
    expect(boto3Code(flags)).toContain('Settings={"A": True, "B": None, "C": 1.5}');
    expect(javascriptCode(flags)).toContain('Settings: {A: true, B: null, C: 1.5}');
  });
  it('breaks long objects into lines', () => {
    const filters = { Inclusion: ['Tree', 'Flower', 'Mountain'], Exclusion: ['Person', 'Human'] };
    const code = boto3Code(call('DetectLabels', { Settings: { GeneralLabels: filters } }));
    expect(code).toContain('Settings={\n        "GeneralLabels": {\n');
  });
});

describe('names', () => {
  it('are written as botocore writes them', () => {
    expect(kebab('SearchFacesByImage')).toBe('search-faces-by-image');
    expect(snake('DetectProtectiveEquipment')).toBe('detect_protective_equipment');
    expect(kebab('CollectionId')).toBe('collection-id');
  });
});

describe('the request tab', () => {
  it('says a picture by its name and size', () => {
    expect(requestText({ Image: { Bytes: photo } })).toContain(
      `<Ada's photo.jpg, 1,234 bytes as base64>`,
    );
  });
});
