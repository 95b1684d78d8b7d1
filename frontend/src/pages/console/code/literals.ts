/** How a value is written in each language. */
import { PictureBytes, type DraftValue } from '../input';

export function pythonText(value: DraftValue, indent = 0): string {
  if (value instanceof PictureBytes) return `open(${quoted(value.fileName)}, "rb").read()`;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return `[${value.map((one) => pythonText(one, indent)).join(', ')}]`;
  return bracketed(
    Object.entries(value).map(([name, one]) => `${quoted(name)}: ${pythonText(one, indent + 1)}`),
    indent,
  );
}

export function javascriptText(value: DraftValue, indent = 0): string {
  if (value instanceof PictureBytes) return `await readFile(${quoted(value.fileName)})`;
  if (Array.isArray(value)) {
    return `[${value.map((one) => javascriptText(one, indent)).join(', ')}]`;
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return bracketed(
    Object.entries(value).map(
      ([name, one]) =>
        `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)}: ${javascriptText(one, indent + 1)}`,
    ),
    indent,
  );
}

/** JSON that a double-quoted or here-document shell text leaves as it is. */
export const heredocText = (json: string): string => json.replace(/[\\$`]/g, '\\$&');

/** One word for a POSIX shell. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON strings are strings of Python and JavaScript too. */
export const quoted = (text: string): string => JSON.stringify(text);

function bracketed(members: readonly string[], indent: number): string {
  const line = `{${members.join(', ')}}`;
  if (!line.includes('\n') && line.length + indent * 4 <= 72) return line;
  const inner = ' '.repeat((indent + 1) * 4);
  return `{\n${members.map((member) => `${inner}${member},`).join('\n')}\n${' '.repeat(indent * 4)}}`;
}
