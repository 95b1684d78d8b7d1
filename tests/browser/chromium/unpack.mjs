// Unpacks the Chromium of the package next to it: node_modules/.chromium/chromium, and libraries
// for machines that lack NSS. The package holds Linux x64 only; elsewhere an installed browser
// serves (see ../conftest.py).
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';

import { extract } from 'tar-fs';

const from = new URL('node_modules/@sparticuz/chromium/bin/', import.meta.url);
const to = new URL('node_modules/.chromium/', import.meta.url);

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(`No Chromium for ${process.platform} ${process.arch} in the package.`);
  process.exit(0);
}

const unpacked = (name) => [
  createReadStream(new URL(name, from)),
  createBrotliDecompress({ chunkSize: 1 << 21 }),
];

await rm(to, { recursive: true, force: true });
await mkdir(to, { recursive: true });
const binary = new URL('chromium', to);
await Promise.all([
  pipeline(...unpacked('chromium.br'), createWriteStream(binary)),
  pipeline(...unpacked('swiftshader.tar.br'), extract(to.pathname)),
  pipeline(...unpacked('al2023.tar.br'), extract(new URL('libraries', to).pathname)),
]);
await chmod(binary, 0o755);
