import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

import { compressed } from './bundling/compressed.ts';
import { licences } from './bundling/licences.ts';
import { mockServer } from './mock/server.ts';

// `npm run dev` passes /api on to a running `eyebright serve`;
// `npm run dev -- --mode mock` answers it from mock/, which is never part of a build.
// The server takes changes only from its own origin, so the name it is asked by stays as it is.
const SERVER = process.env['EYEBRIGHT_SERVER'] ?? 'http://127.0.0.1:8600';

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), licences(), compressed(), ...(mode === 'mock' ? [mockServer()] : [])],
  server: mode === 'mock' ? {} : { proxy: { '/api': { target: SERVER, changeOrigin: false } } },
  build: {
    outDir: '../src/eyebright/web/static',
    emptyOutDir: true,
    // Nothing becomes a data: address: the content security policy of the pages allows none.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
}));
