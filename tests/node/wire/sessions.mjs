// Which sockets are logged in as which device, and for how long two of one device were ever open at once.
import { EventEmitter } from 'node:events';
import { Outbox } from './outbox.mjs';
import { stanza } from './stanzas.mjs';

class DeviceSessions {
  /** @type {Set<import('./connection.mjs').Connection>} logged in and not closed yet */
  open = new Set();
  /** @type {import('./connection.mjs').Connection | undefined} */
  current;
  logins = 0;
  replaced = 0;
  mostOpen = 0;
  longestOverlapMs = 0;
  /** Stanzas that came from a socket after another one had replaced it. They are ignored. */
  staleStanzas = 0;
  #overlapSince;

  constructor(changed) {
    this.outbox = new Outbox(changed);
  }

  opened(connection) {
    this.open.add(connection);
    this.current = connection;
    this.logins++;
    this.mostOpen = Math.max(this.mostOpen, this.open.size);
    if (this.open.size > 1) this.#overlapSince ??= performance.now();
  }

  closed(connection) {
    this.open.delete(connection);
    this.outbox.detach(connection);
    if (this.current === connection) this.current = undefined;
    if (this.open.size < 2 && this.#overlapSince !== undefined) {
      this.longestOverlapMs = Math.max(this.longestOverlapMs, performance.now() - this.#overlapSince);
      this.#overlapSince = undefined;
    }
  }

  get overlapMs() {
    const running = this.#overlapSince === undefined ? 0 : performance.now() - this.#overlapSince;
    return Math.round(Math.max(this.longestOverlapMs, running) * 10) / 10;
  }
}

/** Emits `change` whenever a socket logs in or closes, and whenever a queue changes. */
export class Sessions extends EventEmitter {
  /** @type {Map<string, DeviceSessions>} */
  #devices = new Map();

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** @param {string} number @param {number} device */
  of(number, device) {
    const key = `${number}:${device}`;
    return this.#devices.get(key) ?? this.#devices.set(key, new DeviceSessions(() => this.emit('change'))).get(key);
  }

  /** @param {string} number @param {number} device */
  current(number, device) {
    return this.#devices.get(`${number}:${device}`)?.current;
  }

  /** The newest socket wins; the one before it is told why and closed. */
  admit(connection) {
    const sessions = this.of(connection.account.number, connection.device.id);
    const earlier = sessions.current;
    if (earlier) {
      sessions.replaced++;
      sessions.outbox.detach(earlier);
      earlier.end(stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]));
    }
    sessions.opened(connection);
    this.emit('change');
    return sessions;
  }

  closed(connection) {
    if (!connection.device) return;
    this.of(connection.account.number, connection.device.id).closed(connection);
    this.emit('change');
  }
}
