/** Canned answers for developing pages without a server. Never part of a build. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';

import { answers } from './answers.ts';
import { Refused, answerOfPeople } from './people/routes.ts';

export function mockServer(): Plugin {
  return {
    name: 'mock-server',
    apply: 'serve',
    configureServer: ({ middlewares }) => void middlewares.use(mocked),
    // What is built, with answers of the mock: for measuring.
    configurePreviewServer: ({ middlewares }) => void middlewares.use(mocked),
  };
}

function mocked(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if ((request.url ?? '').startsWith('/api/')) void answer(request, response);
  else next();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = new URL(request.url ?? '', 'http://mock');
  const method = request.method ?? 'GET';
  if (address.pathname === '/api/events') {
    response.setHeader('Content-Type', 'text/event-stream');
    response.write(': nothing happens in the mock\n\n');
    return;
  }
  try {
    const canned = answers[`${method} ${address.pathname}`];
    const body = method === 'POST' ? await bodyOf(request) : null;
    const found =
      canned ?? answerOfPeople(method, address.pathname, address.searchParams, body) ?? null;
    if (found === null) {
      throw new Refused(404, 'not_found', `The mock has no ${address.pathname}.`);
    }
    if (Buffer.isBuffer(found)) {
      response.setHeader('Content-Type', 'image/png');
      response.setHeader('Cache-Control', 'private, max-age=3600');
      response.end(found);
    } else say(response, 200, found);
  } catch (reason) {
    if (!(reason instanceof Refused)) throw reason;
    say(response, reason.status, { error: { code: reason.code, message: reason.message } });
  }
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.statusCode = status;
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return text === '' ? null : JSON.parse(text);
}
