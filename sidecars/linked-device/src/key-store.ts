// Credentials and keys of one line, which the host stores. What is written is durable before whoever writes goes on, with one exception:
// what a received message changes (its ratchet) is held back, and goes to the host with the event of that message. While something is
// held, other writes wait: they may be newer states of the same ratchet, and would tell the host of a message that it has not got.
//
// When the line is closed nobody may be left waiting here. Baileys asks under locks, and libsignal's are those of the whole process, by the
// address of the other side: who waits for ever under one keeps every line from that person.
import { AsyncLocalStorage } from 'node:async_hooks';
import { BufferJSON, initAuthCreds, proto, type AuthenticationCreds, type SignalDataSet, type SignalDataTypeMap } from 'baileys';
import { LineClosed } from './fault.js';
import type { Host } from './host.js';
import type { KeyWrite } from './protocol.js';

const MOST_IDS_A_READ = 1_000;
const MOST_WRITES_A_BATCH = 2_000;
const MOST_BYTES_A_BATCH = 1_048_576;
const MOST_CACHED = 2_000;
/** Read once in their life, or hardly ever. */
const UNCACHED = new Set(['pre-key', 'app-state-sync-key', 'app-state-sync-version', 'creds']);
/** Changed by opening a message. */
const OF_MESSAGES = new Set(['session', 'sender-key', 'pre-key']);
const CREDENTIALS = { type: 'creds', id: 'main' } as const;

interface Write {
  type: string;
  id: string;
  value: string | null;
  held: boolean;
  done: ((durable: boolean) => void)[];
}

export class KeyStore {
  readonly #host: Host;
  readonly #onFailure: () => void;
  readonly #holding = new AsyncLocalStorage<true>();
  readonly #pending = new Map<string, Write>();
  readonly #underWay = new Map<string, Write>();
  readonly #cache = new Map<string, string | null>();
  #writing: Promise<unknown> = Promise.resolve();
  #flushing: Promise<void> | null = null;
  #gate: Promise<void> | null = null;
  #openGate: () => void = () => undefined;

  /** @param onFailure the host refused keys for good; the line cannot go on */
  constructor(host: Host, onFailure: () => void) {
    this.#host = host;
    this.#onFailure = onFailure;
    host.orGone(new Promise(() => undefined)).catch(() => this.#abandon());
  }

  async credentials(): Promise<AuthenticationCreds | null> {
    const found = await this.#read(CREDENTIALS.type, [CREDENTIALS.id]);
    const value = found.get(CREDENTIALS.id);
    return value ? (decoded(value) as AuthenticationCreds) : null;
  }

  /** Resolves when they are durable. */
  saveCredentials(credentials: AuthenticationCreds): Promise<void> {
    return this.#write([{ ...CREDENTIALS, value: encoded(credentials) }]);
  }

  async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]): Promise<{ [id: string]: SignalDataTypeMap[T] }> {
    const result: { [id: string]: SignalDataTypeMap[T] } = {};
    for (const [id, value] of await this.#read(type, ids)) if (value) result[id] = valueOf(type, value);
    return result;
  }

  set(data: SignalDataSet): Promise<void> {
    const writes: Pick<Write, 'type' | 'id' | 'value'>[] = [];
    for (const [type, values] of Object.entries(data)) {
      for (const [id, value] of Object.entries(values ?? {})) writes.push({ type, id, value: isNothing(value) ? null : encoded(value) });
    }
    return this.#write(writes);
  }

  /** What is no key of the engine but of this program, as it was put. */
  async fetch(type: string, id: string): Promise<Buffer | null> {
    const { values } = await this.#ask(type, [id]);
    const value = values[id];
    return value ? Buffer.from(value, 'base64') : null;
  }

  /** Writes what `fetch` reads: at once, because it is no state of a ratchet that would have to wait. Resolves when it is durable. */
  async put(writes: KeyWrite[]): Promise<void> {
    await this.#exclusively(() => this.#host.insist('keys.set', { writes }));
  }

  /** Deletes everything, for a new pairing. */
  async clear(): Promise<AuthenticationCreds> {
    await this.#exclusively(async () => {
      for (const write of this.#pending.values()) for (const done of write.done) done(true);
      this.#pending.clear();
      this.#cache.clear();
      await this.#host.insist('keys.clear', {});
    });
    return initAuthCreds();
  }

  /** Runs what opens a message: its key writes are held until `commitWith` or `release`. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#holding.run(true, work);
  }

  /** Sends what is held with an event. Refused with it, the writes are forgotten: the message will come again. */
  commitWith(deliver: (writes: KeyWrite[]) => Promise<boolean>): Promise<boolean> {
    return this.#exclusively(async () => {
      const held = [...this.#pending.values()].filter((write) => write.held);
      this.#take(held);
      let committed = false;
      try {
        committed = await deliver(held.map(({ type, id, value }) => ({ type, id, value })));
      } finally {
        this.#finish(held, committed);
        this.#unlock();
      }
      return committed;
    });
  }

  /** What is held needs no event. Resolves when all of it is durable. */
  async release(): Promise<void> {
    const held = [...this.#pending.values()].filter((write) => write.held);
    for (const write of held) write.held = false;
    this.#unlock();
    await Promise.all(held.map((write) => new Promise((resolve) => write.done.push(resolve))));
  }

  /** Resolves when all that was written is durable, or cannot be any more. */
  async settled(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  #write(writes: Pick<Write, 'type' | 'id' | 'value'>[]): Promise<void> {
    if (this.#host.closed) return Promise.reject(new LineClosed());
    const holding = this.#holding.getStore() === true;
    const waits: Promise<boolean>[] = [];
    for (const { type, id, value } of writes) {
      const key = keyOf(type, id);
      const older = this.#pending.get(key);
      const held = holding && OF_MESSAGES.has(type);
      const write: Write = { type, id, value, held, done: older?.done ?? [] };
      this.#pending.delete(key);
      this.#pending.set(key, write);
      if (holding) {
        // Not earlier: until this write the ratchet's lock may be awaited, and its holder be waiting for the gate.
        if (value !== null && (type === 'session' || type === 'sender-key')) this.#lock();
      } else {
        waits.push(new Promise((resolve) => write.done.push(resolve)));
      }
    }
    this.#flush();
    return Promise.all(waits).then((all) => {
      if (!all.every(Boolean)) throw this.#host.closed ? new LineClosed() : new Error('The host does not store these keys.');
    });
  }

  #abandon(): void {
    for (const write of this.#pending.values()) for (const done of write.done) done(false);
    this.#pending.clear();
    this.#unlock();
  }

  #lock(): void {
    this.#gate ??= new Promise((resolve) => (this.#openGate = resolve));
  }

  #unlock(): void {
    this.#gate = null;
    this.#openGate();
    this.#flush();
  }

  #flush(): void {
    this.#flushing ??= nextTurn()
      .then(() => this.#flushAll())
      .catch((problem: unknown) => {
        if (!(problem instanceof LineClosed)) this.#onFailure();
      })
      .finally(() => {
        this.#flushing = null;
        // Written between the last look and now.
        if (!this.#host.closed && this.#batch().length > 0) this.#flush();
      });
  }

  async #flushAll(): Promise<void> {
    while (this.#batch().length > 0) {
      await this.#gate;
      await this.#exclusively(async () => {
        if (this.#gate) return;
        const batch = this.#batch();
        if (batch.length === 0) return;
        this.#take(batch);
        let written = false;
        try {
          await this.#host.insist('keys.set', { writes: batch.map(({ type, id, value }) => ({ type, id, value })) });
          written = true;
        } finally {
          this.#finish(batch, written);
        }
      });
    }
  }

  #batch(): Write[] {
    const batch: Write[] = [];
    let bytes = 0;
    for (const write of this.#pending.values()) {
      if (write.held) continue;
      bytes += (write.value?.length ?? 0) + write.id.length + 64;
      if (batch.length > 0 && (batch.length >= MOST_WRITES_A_BATCH || bytes > MOST_BYTES_A_BATCH)) break;
      batch.push(write);
    }
    return batch;
  }

  #take(writes: Write[]): void {
    for (const write of writes) {
      const key = keyOf(write.type, write.id);
      if (this.#pending.get(key) === write) this.#pending.delete(key);
      this.#underWay.set(key, write);
    }
  }

  #finish(writes: Write[], durable: boolean): void {
    for (const write of writes) {
      const key = keyOf(write.type, write.id);
      this.#underWay.delete(key);
      if (durable) this.#remember(key, write.type, write.value);
      for (const done of write.done) done(durable);
    }
  }

  async #read(type: string, ids: string[]): Promise<Map<string, string | null>> {
    if (this.#host.closed) throw new LineClosed();
    const found = new Map<string, string | null>();
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const known = this.#known(type, id);
      if (known === undefined) missing.push(id);
      else found.set(id, known);
    }
    for (let from = 0; from < missing.length; from += MOST_IDS_A_READ) {
      const some = missing.slice(from, from + MOST_IDS_A_READ);
      const { values } = await this.#ask(type, some);
      for (const id of some) {
        // Written meanwhile, it is newer than what the host answered.
        const value = this.#known(type, id) ?? values[id] ?? null;
        found.set(id, value);
        if (this.#known(type, id) === undefined) this.#remember(keyOf(type, id), type, value);
      }
    }
    return found;
  }

  async #ask(type: string, ids: string[]): Promise<{ values: Record<string, string> }> {
    try {
      return await this.#host.insist('keys.get', { type, ids });
    } catch (problem) {
      if (!(problem instanceof LineClosed)) this.#onFailure();
      throw problem;
    }
  }

  #known(type: string, id: string): string | null | undefined {
    const key = keyOf(type, id);
    const write = this.#pending.get(key) ?? this.#underWay.get(key);
    if (write) return write.value;
    const cached = this.#cache.get(key);
    if (cached === undefined) return undefined;
    this.#cache.delete(key);
    this.#cache.set(key, cached);
    return cached;
  }

  #remember(key: string, type: string, value: string | null): void {
    this.#cache.delete(key);
    if (UNCACHED.has(type)) return;
    this.#cache.set(key, value);
    if (this.#cache.size > MOST_CACHED) for (const oldest of this.#cache.keys()) return void this.#cache.delete(oldest);
  }

  /** Requests that carry keys are never two at a time, so that the host commits them in the order of their making. */
  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => undefined);
    return result;
  }
}

const keyOf = (type: string, id: string): string => `${type}\n${id}`;
const isNothing = (value: unknown): boolean => value === null || value === undefined;

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value, BufferJSON.replacer), 'utf8').toString('base64');
}

function decoded(value: string): unknown {
  return JSON.parse(Buffer.from(value, 'base64').toString('utf8'), BufferJSON.reviver) as unknown;
}

function valueOf<T extends keyof SignalDataTypeMap>(type: T, value: string): SignalDataTypeMap[T] {
  const plain = decoded(value);
  const typed = type === 'app-state-sync-key' ? proto.Message.AppStateSyncKeyData.fromObject(plain as object) : plain;
  return typed as SignalDataTypeMap[T];
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
