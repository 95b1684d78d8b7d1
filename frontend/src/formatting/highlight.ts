/** Colour for code and JSON: enough to find the strings and the numbers, no parser. */

export type Language = 'json' | 'python' | 'shell' | 'javascript';
export interface Token {
  kind: 'plain' | 'string' | 'number' | 'word' | 'comment';
  text: string;
}

/** Beyond this it is shown plain: a hundred thousand spans help nobody. */
const LONGEST = 60_000;

const WORDS = {
  json: 'true|false|null',
  python: 'import|from|as|with|open|print|for|in|True|False|None|def|return',
  javascript: 'import|from|const|new|await|true|false|null|for|of',
  shell: 'aws|curl|export|eval|base64|printf|cat',
} satisfies Record<Language, string>;

export function tokensOf(code: string, language: Language): Token[] {
  if (code.length > LONGEST) return [{ kind: 'plain', text: code }];
  const tokens: Token[] = [];
  let at = 0;
  for (const match of code.matchAll(pattern(language))) {
    if (match.index > at) tokens.push({ kind: 'plain', text: code.slice(at, match.index) });
    tokens.push({ kind: kindOf(match.groups ?? {}), text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < code.length) tokens.push({ kind: 'plain', text: code.slice(at) });
  return tokens;
}

function kindOf(groups: Record<string, string | undefined>): Token['kind'] {
  if (groups['string'] !== undefined) return 'string';
  if (groups['comment'] !== undefined) return 'comment';
  return groups['number'] === undefined ? 'word' : 'number';
}

function pattern(language: Language): RegExp {
  const comment = language === 'javascript' ? '//[^\\n]*' : '(?<=^|\\s)#[^\\n]*';
  const parts = [
    `(?<string>"(?:[^"\\\\\\n]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`,
    `(?<word>(?<![\\w.-])(?:${WORDS[language]})(?![\\w-]))`,
  ];
  // In a shell, digits are as often addresses and dates.
  if (language !== 'shell') {
    parts.push(`(?<number>(?<![\\w.-])-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?(?![\\w]))`);
  }
  if (language !== 'json') parts.push(`(?<comment>${comment})`);
  return new RegExp(parts.join('|'), 'gm');
}
