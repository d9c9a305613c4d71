// The admin door: what tests order and ask, as JSON over HTTP on the loopback interface.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { ROUTES } from './admin-routes.mjs';
import { Refusal } from './refusal.mjs';

const MOST_BODY_BYTES = 64 * 1024 * 1024;

export class AdminDoor {
  #world;
  #http;

  /** @param {{ server: import('./server.mjs').WireServer, contacts: import('./contacts.mjs').Contacts }} world */
  constructor(world) {
    this.#world = world;
    this.#http = createServer((request, response) => this.#answer(request, response));
  }

  async start() {
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    return this;
  }

  get url() {
    return `http://127.0.0.1:${this.#http.address().port}`;
  }

  async stop() {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request, response) {
    try {
      const { pathname, searchParams } = new URL(request.url, 'http://admin');
      const { handler, path } = findRoute(request.method, pathname);
      const body = await readBody(request);
      reply(response, 200, (await handler(this.#world, { path, body, query: Object.fromEntries(searchParams) })) ?? {});
    } catch (problem) {
      const refusal = problem instanceof Refusal ? problem : new Refusal(500, 'failed', problem.stack);
      reply(response, refusal.status, { error: { code: refusal.code, message: refusal.message } });
    }
  }
}

function findRoute(method, pathname) {
  const parts = pathname.split('/').filter(Boolean);
  for (const [route, handler] of Object.entries(ROUTES)) {
    const [wantedMethod, pattern] = route.split(' ');
    const names = pattern.split('/').filter(Boolean);
    if (wantedMethod !== method || names.length !== parts.length) continue;
    if (!names.every((name, index) => name.startsWith(':') || name === parts[index])) continue;
    return { handler, path: Object.fromEntries(names.map((name, index) => [name.slice(1), decodeURIComponent(parts[index])])) };
  }
  throw new Refusal(404, 'no_such_route', `There is no ${method} ${pathname}`);
}

async function readBody(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new Refusal(413, 'too_large', `A body has at most ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (!size) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new Refusal(400, 'invalid_json', 'The body is not JSON');
  }
}

function reply(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
