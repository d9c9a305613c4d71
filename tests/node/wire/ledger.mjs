// What the server saw of every message, for tests that must know whether something was sent twice.
import { EventEmitter } from 'node:events';

/** More messages than any test sends; the oldest are forgotten first. */
const MOST_ENTRIES = 200_000;

/** @typedef {{ phone: string, device: number, to: string, message: string, arrived: number, relayed: number }} LedgerEntry */

/** Emits `change` when a message arrives. */
export class Ledger extends EventEmitter {
  /** @type {Map<string, LedgerEntry>} */
  #entries = new Map();

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** @returns {LedgerEntry} */
  arrived({ phone, device, to, message }) {
    const key = `${phone}:${device}/${to}/${message}`;
    const entry = this.#entries.get(key) ?? { phone, device, to, message, arrived: 0, relayed: 0 };
    entry.arrived++;
    this.#entries.set(key, entry);
    if (this.#entries.size > MOST_ENTRIES) this.#entries.delete(this.#entries.keys().next().value);
    this.emit('change');
    return entry;
  }

  get entries() {
    return [...this.#entries.values()];
  }
}
