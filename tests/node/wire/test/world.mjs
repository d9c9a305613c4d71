// One server in its own process, as other tests start it, and the means to drive it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Contact } from '../contact.mjs';
import { waitFor } from '../waiting.mjs';

const MAIN = fileURLToPath(new URL('../main.mjs', import.meta.url));
const PATIENCE_MS = 15_000;

export async function startWorld() {
  const child = spawn(process.execPath, [MAIN], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const places = JSON.parse(line);
  return {
    ...places,
    child,
    get: (path) => ask(places.admin, 'GET', path),
    post: (path, body = {}) => ask(places.admin, 'POST', path, body),
    clearFaults: () => ask(places.admin, 'DELETE', '/faults'),
    fault: (kind, details = {}) => ask(places.admin, 'POST', '/faults', { kind, ...details }),
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
}

async function ask(admin, method, path, body) {
  const response = await fetch(admin + path, { method, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error.message), answer.error, { status: response.status });
  return answer;
}

/** A Baileys client in the test's own process, for what tests must see of a connection. */
export class Client extends EventEmitter {
  /** @type {{ event: string, detail: object }[]} */
  seen = [];

  constructor(world, name = 'Client') {
    super();
    this.contact = new Contact(world.url, name, (event, detail) => {
      this.seen.push({ event, detail });
      this.emit('change');
    });
  }

  /** The first thing of this kind that fits, now or later. */
  async first(event, fits = () => true) {
    const find = () => this.seen.find((one) => one.event === event && fits(one.detail));
    await waitFor(
      this,
      'change',
      () => find() !== undefined,
      PATIENCE_MS,
      () => `no ${event} among ${JSON.stringify(this.seen)}`,
    );
    return find().detail;
  }

  async forget(work) {
    this.seen = [];
    return work();
  }
}

/** @returns {Promise<Client>} connected as a new device of this phone */
export async function pairedClient(world, phone, name) {
  const client = new Client(world, name);
  client.contact.connect();
  const { qr } = await client.first('qr');
  await world.post('/scan', { qr, phone });
  await client.first('connection', ({ state }) => state === 'open');
  return client;
}

/** Asserts what is named of an object, and leaves the rest open. */
export function assertHas(actual, expected) {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, actual?.[name]])), expected);
}

export const isOpen = ({ state }) => state === 'open';
export const isClosed = ({ state }) => state === 'closed';
