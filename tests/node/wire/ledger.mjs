// What the server saw of every message, for tests that must know whether something was sent twice.

export class Ledger {
  /** @type {Map<string, { phone: string, device: number, to: string, message: string, arrived: number, relayed: number }>} */
  #entries = new Map();

  arrived({ phone, device, to, message }) {
    const key = `${phone}:${device}/${to}/${message}`;
    const entry = this.#entries.get(key) ?? { phone, device, to, message, arrived: 0, relayed: 0 };
    entry.arrived++;
    this.#entries.set(key, entry);
    return entry;
  }

  get entries() {
    return [...this.#entries.values()];
  }
}
