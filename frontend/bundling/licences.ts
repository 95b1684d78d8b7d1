/** Writes licences.txt: what is inside the built pages besides our own code, and its licences. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Everything whose code or font ends up in a built file. */
const INSIDE = [
  { name: 'svelte', file: 'LICENSE.md' },
  { name: 'clsx', file: 'license' },
  { name: 'esm-env', file: 'LICENSE' },
  { name: '@fontsource-variable/inter', file: 'LICENSE' },
] as const;

export function licences(): Plugin {
  let root = '';
  return {
    name: 'licences',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    async generateBundle() {
      const parts = await Promise.all(INSIDE.map((one) => part(root, one.name, one.file)));
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: parts.join('\n\n') });
    },
  };
}

async function part(root: string, name: string, file: string): Promise<string> {
  const folder = join(root, 'node_modules', name);
  const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: string;
    license: string;
  };
  const text = await readFile(join(folder, file), 'utf8');
  return `${name} ${about.version} (${about.license})\n${'='.repeat(60)}\n${text.trim()}\n`;
}
