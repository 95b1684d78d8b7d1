import { describe, expect, it } from 'vitest';

import { tokensOf } from './highlight';

const kinds = (code: string, language: Parameters<typeof tokensOf>[1]) =>
  tokensOf(code, language)
    .filter((token) => token.kind !== 'plain')
    .map((token) => [token.kind, token.text]);

describe('tokensOf', () => {
  it('loses nothing of the code', () => {
    const code =
      'answer = rekognition.detect_faces(Image={"Bytes": open("a\\"b.jpg", "rb").read()})\n';
    expect(
      tokensOf(code, 'python')
        .map((token) => token.text)
        .join(''),
    ).toBe(code);
  });
  it('tells strings from numbers and words', () => {
    expect(kinds('{"a": -1.5e3, "b": true}', 'json')).toEqual([
      ['string', '"a"'],
      ['number', '-1.5e3'],
      ['string', '"b"'],
      ['word', 'true'],
    ]);
  });
  it('leaves addresses of a shell command alone', () => {
    expect(kinds('curl http://127.0.0.1:8600/ # here', 'shell')).toEqual([
      ['word', 'curl'],
      ['comment', '# here'],
    ]);
  });
  it('shows very long code plain', () => {
    expect(tokensOf('1'.repeat(70_000), 'json')).toHaveLength(1);
  });
});
