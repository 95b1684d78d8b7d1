/** Canned answers for developing pages without a server. Never part of a build. */
import type { Plugin } from 'vite';

import { answers } from './answers.ts';

export function mockServer(): Plugin {
  return {
    name: 'mock-server',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (!path.startsWith('/api/')) return next();
        const answer = answers[`${request.method} ${path}`];
        response.setHeader('Content-Type', 'application/json');
        response.statusCode = answer === undefined ? 404 : 200;
        const missing = { error: { code: 'not_found', message: `The mock has no ${path}.` } };
        response.end(JSON.stringify(answer ?? missing));
      });
    },
  };
}
