// The WhatsApp test server in its own process, and a Baileys client in ours that sends through it.
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readFile } from 'node:fs/promises';
import { DisconnectReason, initAuthCreds, makeWASocket } from 'baileys';
import { MediaHost } from '../dist/media-host.js';

// libsignal prints sessions with their keys.
for (const name of ['log', 'info', 'warn', 'error']) console[name] = () => {};

const WIRE = fileURLToPath(new URL('../../../tests/node/wire/main.mjs', import.meta.url));
const PATIENCE_MS = 20_000;
const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

export async function startWorld() {
  const child = spawn(process.execPath, [WIRE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const places = JSON.parse(line);
  const ask = async (method, path, body) => {
    const response = await fetch(places.admin + path, { method, body: body && JSON.stringify(body) });
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer;
  };
  const authority = await readFile(places.authority, 'utf8');
  return {
    ...places,
    host: () => new MediaHost(places.media, [authority]),
    get: (path) => ask('GET', path),
    post: (path, body = {}) => ask('POST', path, body),
    fault: (kind, details = {}) => ask('POST', '/faults', { kind, ...details }),
    clearFaults: () => ask('DELETE', '/faults'),
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** A linked device of this phone. Emits `message` for each that arrives, and keeps them. */
export class Device extends EventEmitter {
  messages = [];
  histories = [];
  #keys = new Map();
  #auth = {
    creds: initAuthCreds(),
    keys: {
      get: async (type, ids) => Object.fromEntries(ids.map((id) => [id, this.#keys.get(`${type} ${id}`)]).filter(([, value]) => value)),
      set: async (writes) => {
        for (const [type, entries] of Object.entries(writes))
          for (const [id, value] of Object.entries(entries))
            value ? this.#keys.set(`${type} ${id}`, value) : this.#keys.delete(`${type} ${id}`);
      },
    },
  };

  static async pair(world, phone) {
    const device = new Device();
    const opened = once(device, 'open', { signal: AbortSignal.timeout(PATIENCE_MS) });
    device.on('qr', (qr) => world.post('/scan', { qr, phone }));
    device.#connect(world);
    await opened;
    return device;
  }

  get own() {
    const { id, lid } = this.#auth.creds.me;
    return { phoneNumber: `+${id.split(/[:@]/)[0]}`, lid: lid?.replace(/:\d+/, '') ?? null, deviceId: id };
  }

  async message(id) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.messages.find(({ key, message }) => key.id === id && message);
      if (found) return found;
      await once(this, 'message', { signal });
    }
  }

  close() {
    this.closed = true;
    return this.socket.end(undefined);
  }

  #connect(world) {
    this.socket = makeWASocket({
      auth: this.#auth,
      waWebSocketUrl: world.url,
      logger: silent,
      syncFullHistory: false,
      getMessage: async () => undefined,
    });
    this.socket.ev.on('creds.update', (update) => Object.assign(this.#auth.creds, update));
    this.socket.ev.on('messaging-history.set', (set) => this.emit('history', this.histories.push(set)));
    this.socket.ev.on('messages.upsert', ({ messages }) => {
      this.messages.push(...messages);
      this.emit('message');
    });
    this.socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
      if (qr) this.emit('qr', qr);
      if (connection === 'open') this.emit('open');
      const restart = lastDisconnect?.error?.output?.statusCode === DisconnectReason.restartRequired;
      if (connection === 'close' && restart && !this.closed) this.#connect(world);
    });
  }
}
