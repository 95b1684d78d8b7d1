/** The current call as code that runs: boto3, AWS CLI, JavaScript v3, curl. Keys come from the
 * environment that `eyebright env` sets; none is ever written into code. */
import { PictureBytes, type Draft, type DraftValue } from '../input';
import { heredocText, javascriptText, pythonText, quoted, shellWord } from './literals';

export interface Call {
  operation: string;
  draft: Draft;
  endpoint: string;
  region: string;
}

export const CLIENTS = [
  { name: 'boto3', title: 'boto3', language: 'python', write: boto3Code },
  { name: 'cli', title: 'AWS CLI', language: 'shell', write: cliCode },
  { name: 'javascript', title: 'JavaScript', language: 'javascript', write: javascriptCode },
  { name: 'curl', title: 'curl', language: 'shell', write: curlCode },
] as const;

export type ClientName = (typeof CLIENTS)[number]['name'];

const KEYS = '# keys: eval "$(eyebright env)"';

export function boto3Code({ operation, draft, endpoint, region }: Call): string {
  const members = Object.entries(draft).map(
    ([name, value]) => `    ${name}=${pythonText(value, 1)},\n`,
  );
  const call = members.length ? `(\n${members.join('')})` : '()';
  return `${KEYS}
import boto3

rekognition = boto3.client(
    "rekognition",
    endpoint_url=${quoted(endpoint)},
    region_name=${quoted(region)},
)
answer = rekognition.${snake(operation)}${call}
print(answer)
`;
}

export function cliCode({ operation, draft, endpoint, region }: Call): string {
  const lines = [
    `aws rekognition ${kebab(operation)}`,
    `--endpoint-url ${shellWord(endpoint)}`,
    `--region ${shellWord(region)}`,
    ...Object.entries(draft).map(([name, value]) => cliArgument(name, value)),
  ];
  return `${KEYS}\n${lines.join(' \\\n  ')}\n`;
}

function cliArgument(name: string, value: DraftValue): string {
  const picture = pictureIn(value);
  if (picture) return `--${kebab(name)}-bytes ${shellWord(`fileb://${picture.fileName}`)}`;
  if (typeof value === 'boolean') return `--${value ? '' : 'no-'}${kebab(name)}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `--${kebab(name)} ${shellWord(text)}`;
}

export function javascriptCode({ operation, draft, endpoint, region }: Call): string {
  const pictures = Object.values(draft).some((value) => pictureIn(value));
  const members = Object.entries(draft).map(
    ([name, value]) => `  ${name}: ${javascriptText(value, 1)},\n`,
  );
  const input = members.length ? `{\n${members.join('')}}` : '{}';
  return `// keys: eval "$(eyebright env)"
${pictures ? 'import { readFile } from "node:fs/promises";\n' : ''}import { RekognitionClient, ${operation}Command } from "@aws-sdk/client-rekognition";

const client = new RekognitionClient({
  endpoint: ${quoted(endpoint)},
  region: ${quoted(region)},
});
const answer = await client.send(new ${operation}Command(${input}));
console.log(JSON.stringify(answer, null, 2));
`;
}

/** The body goes through standard input: a picture is longer than a command line may be. */
export function curlCode({ operation, draft, endpoint, region }: Call): string {
  const marks = new Map<string, string>();
  const body = JSON.stringify(draft, (_name, value: DraftValue) => {
    if (!(value instanceof PictureBytes)) return value;
    const mark = `@@picture-${marks.size}@@`;
    marks.set(mark, `$(base64 < ${shellWord(value.fileName)} | tr -d '\\n')`);
    return mark;
  });
  let text = heredocText(body);
  for (const [mark, command] of marks) text = text.replace(mark, () => command);
  return `${KEYS}
key() { sed -n "/^\\[$AWS_PROFILE\\]/,/^\\[/s/^aws_$1 *= *//p" "$AWS_SHARED_CREDENTIALS_FILE"; }
curl --silent ${shellWord(`${endpoint}/`)} \\
  --aws-sigv4 ${shellWord(`aws:amz:${region}:rekognition`)} \\
  --user "$(key access_key_id):$(key secret_access_key)" \\
  --header 'Content-Type: application/x-amz-json-1.1' \\
  --header 'X-Amz-Target: RekognitionService.${operation}' \\
  --data-binary @- <<END
${text}
END
`;
}

function pictureIn(value: DraftValue): PictureBytes | null {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  if (value instanceof PictureBytes) return null;
  const bytes = value['Bytes'];
  return bytes instanceof PictureBytes ? bytes : null;
}

/** DetectLabels becomes detect-labels. */
export const kebab = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();

/** DetectLabels becomes detect_labels. */
export const snake = (name: string): string => kebab(name).replaceAll('-', '_');

/** The input as the Request tab shows it: pictures as a note of their size. */
export function requestText(draft: Draft): string {
  return JSON.stringify(
    draft,
    (_name, value: DraftValue) =>
      value instanceof PictureBytes
        ? `<${value.fileName}, ${value.byteCount.toLocaleString('en-US')} bytes as base64>`
        : value,
    2,
  );
}
