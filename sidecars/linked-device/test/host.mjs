// A host in the test: it speaks the protocol to the sidecar's process, keeps keys in memory, and journals the events that it commits.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PATIENCE_MS = 20_000;

/** What outlives a sidecar: keys, messages and events of all lines. */
export class Store {
  /** @type {Map<string, Map<string, string>>} by line, then by type and id */
  keys = new Map();
  /** @type {{ lineId: string, seq: number, event: object, keys?: object[] }[]} committed, in order */
  events = [];
  /** @type {Map<string, object>} by message id, as `message.find` answers */
  messages = new Map();
  /** @type {Map<string, Buffer>} by file id */
  files = new Map();

  of(lineId) {
    return this.keys.get(lineId) ?? this.keys.set(lineId, new Map()).get(lineId);
  }

  write(lineId, writes = []) {
    for (const { type, id, value } of writes) {
      if (value === null) this.of(lineId).delete(`${type} ${id}`);
      else this.of(lineId).set(`${type} ${id}`, value);
    }
  }
}

export class Host extends EventEmitter {
  /** @type {Map<number, { resolve: Function, reject: Function }>} */
  #open = new Map();
  #lastId = 0;
  /** Everything the sidecar asked, in order: `method`, `params`. */
  requests = [];
  log = '';
  /**
   * Answers before the host does; with null nobody does.
   * @type {(method: string, params: object) => object | null | undefined | Promise<object | null | undefined>}
   */
  intercept = () => undefined;

  constructor(world, store = new Store(), environment = {}) {
    super();
    this.setMaxListeners(0);
    this.store = store;
    this.child = spawn(process.execPath, [MAIN], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        ...process.env,
        EZW_WA_URL: world.url,
        EZW_WA_MEDIA_HOST: world.media,
        EZW_WA_CA: world.authority,
        EZW_WA_VERSION_URL: `https://${world.media}/sw.js`,
        ...environment,
      },
    });
    this.child.stderr.on('data', (text) => (this.log += text));
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => void this.#receive(JSON.parse(line)));
    this.exited = once(this.child, 'exit').then(([code, signal]) => code ?? signal);
  }

  /** @throws the error of the answer */
  ask(method, params = {}) {
    const id = ++this.#lastId;
    this.#write({ type: 'request', id, method, params });
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  hello(options = {}) {
    return this.ask('hello', { protocol: 1, host: 'test', options: { logLevel: 'debug', ackTimeoutMs: 2_000, ...options } });
  }

  writeRaw(text) {
    this.child.stdin.write(text);
  }

  /** The first committed event of this kind after the mark that fits, now or later. */
  async event(kind, fits = () => true, from = 0) {
    const find = () => this.store.events.slice(from).find(({ event }) => event.kind === kind && fits(event));
    const seen = () => JSON.stringify(this.store.events.slice(from).map(({ event }) => event));
    await this.until(find, () => `no ${kind} among ${seen()}\n${this.log.slice(-3000)}`);
    return find().event;
  }

  state(state, reason, from = 0) {
    return this.event('state', (event) => event.state === state && (reason === undefined || event.reason === reason), from);
  }

  get mark() {
    return this.store.events.length;
  }

  /** @param {() => unknown} holds looked at after every change */
  async until(holds, why = () => 'it did not happen', patienceMs = PATIENCE_MS) {
    const deadline = Date.now() + patienceMs;
    while (!holds()) {
      const left = deadline - Date.now();
      if (left <= 0) assert.fail(why());
      await Promise.race([once(this, 'change'), new Promise((resolve) => setTimeout(resolve, Math.min(left, 200)).unref())]);
    }
  }

  /** Ends standard input, as a host that stops or dies. */
  async end() {
    this.child.stdin.end();
    return this.exited;
  }

  async kill() {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  async #receive(message) {
    if (message.type === 'answer') {
      const { resolve, reject } = this.#open.get(message.id);
      this.#open.delete(message.id);
      if (message.error) reject(Object.assign(new Error(message.error.message), message.error));
      else resolve(message.result);
      return;
    }
    const { id, method, params } = message;
    this.requests.push({ method, params });
    const intercepted = await this.intercept(method, params);
    if (intercepted === null) return;
    const answer = intercepted ?? this.#answer(method, params);
    this.#write({ type: 'answer', id, ...(answer.error ? answer : { result: answer }) });
    this.emit('change');
  }

  #answer(method, params) {
    const { store } = this;
    const { lineId } = params;
    switch (method) {
      case 'event':
        store.events.push({ lineId, seq: params.seq, event: params.event, keys: params.keys });
        store.write(lineId, params.keys);
        if (params.event.kind === 'message') {
          const { providerMessageId, fromMe, content } = params.event;
          store.messages.set(providerMessageId, { fromMe, content });
        }
        return {};
      case 'keys.get': {
        const found = params.ids.filter((one) => store.of(lineId).has(`${params.type} ${one}`));
        return { values: Object.fromEntries(found.map((one) => [one, store.of(lineId).get(`${params.type} ${one}`)])) };
      }
      case 'keys.set':
        store.write(lineId, params.writes);
        return {};
      case 'keys.clear':
        store.keys.delete(lineId);
        return {};
      case 'message.find': {
        const found = store.messages.get(params.providerMessageId);
        return found ? { found: true, ...found } : { found: false };
      }
      case 'media.read': {
        const file = store.files.get(params.fileId);
        if (!file) return fault('media_gone');
        const bytes = file.subarray(params.offset, params.offset + params.maxBytes);
        return { bytes: bytes.toString('base64'), end: params.offset + bytes.length >= file.length };
      }
      default:
        return fault('unknown_method');
    }
  }

  #write(message) {
    if (this.child.stdin.writable) this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

export const fault = (code, retryable = false) => ({ error: { code, message: 'Said by the test.', retryable } });

export const LINE = '0199b0de-7a52-7d3f-8a53-0c8a4c8f0b11';

/** A host with one line that is paired by QR code and connected. */
export async function pairedHost(world, phone, { lineId = LINE, options = {}, store, environment } = {}) {
  const host = new Host(world, store, environment);
  await pair(host, world, phone, { lineId, options });
  return host;
}

export async function pair(host, world, phone, { lineId = LINE, options = {} } = {}) {
  await host.hello(options);
  await host.ask('line.open', { lineId, epoch: 1, identity: null });
  await host.ask('pairing.begin', { lineId, method: 'qr' });
  const { payload } = await host.event('qr');
  await world.post('/scan', { qr: payload, phone });
  await host.event('paired');
  await host.state('connected', 'in_sync');
}

/** Another sidecar for the same line, as after a crash, connected again. */
export async function restartedHost(world, store, { lineId = LINE, epoch = 2, options = {}, intercept } = {}) {
  const host = new Host(world, store);
  if (intercept) host.intercept = intercept;
  await host.hello(options);
  await host.ask('line.open', { lineId, epoch, identity: null });
  const { mark } = host;
  await host.ask('line.start', { lineId });
  await host.state('connected', 'in_sync', mark);
  return host;
}

let lastId = 0;
export const newId = () => `3EB0${(Date.now() * 1000 + ++lastId).toString(16).toUpperCase().padStart(18, '0')}`;

/** A `send` of a text. */
export const textTo = (phone, body, providerMessageId = newId(), lineId = LINE) => ({
  lineId,
  providerMessageId,
  to: { phoneNumber: `+${phone}`, lid: null, groupId: null },
  content: { kind: 'text', body },
  quotedProviderMessageId: null,
  typingMs: 0,
  attempt: 1,
});
