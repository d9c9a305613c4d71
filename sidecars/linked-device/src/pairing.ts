// The linking of a device: codes are offered until the owner uses one, nobody does in time, or WhatsApp refuses.
import { randomBytes } from 'node:crypto';
import type { BinaryNode } from 'baileys';
import type { ConnectionEnd } from './connection-end.js';
import type { Connection } from './connection.js';
import type { LineEvent, PairingEnd } from './protocol.js';

const MOST_QR_CODES = 6;
/** As Baileys does: the first code of a connection stays longer. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;
const CODE_MS = 180_000;
const CODE_ANSWER_MS = 15_000;
const MOST_CONNECTIONS = 8;
const MOST_UNREACHABLE = 3;
const OUTDATED_CODES = [405, 409];
const REFUSAL_CODES = [401, 402, 403, 406, 411];

export type PairingMethod = { method: 'qr' } | { method: 'code'; phoneNumber: string };

export interface PairingEvents {
  tell(event: LineEvent): void;
  /** Of a pairing that did not lead to a link. */
  ended(reason: PairingEnd, detail: string): void;
}

export class Pairing {
  readonly wanted: PairingMethod;
  readonly #events: PairingEvents;
  readonly #deadline: NodeJS.Timeout | null;
  #offered = 0;
  #connections = 0;
  #unreachable = 0;
  #ofThisConnection = 0;
  #lastPayload: string | null = null;
  #lastExpiry = 0;
  #over = false;
  #confirmed = false;

  constructor(wanted: PairingMethod, events: PairingEvents) {
    this.wanted = wanted;
    this.#events = events;
    this.#deadline = wanted.method === 'code' ? setTimeout(() => this.end('expired', 'Nobody typed the code in time.'), CODE_MS) : null;
  }

  /** Baileys ends a connection when its QR codes run out, which must not end a code that is to be typed. */
  get qrTimeoutMs(): number | undefined {
    return this.wanted.method === 'code' ? CODE_MS : undefined;
  }

  /** The phone has linked the device. @returns false when that was known */
  confirm(): boolean {
    const isNews = !this.#confirmed;
    this.#confirmed = true;
    return isNews;
  }

  end(reason: PairingEnd, detail: string): void {
    if (this.#over) return;
    this.finish();
    this.#events.ended(reason, detail);
  }

  /** Without an outcome of its own. */
  finish(): void {
    this.#over = true;
    if (this.#deadline) clearTimeout(this.#deadline);
  }

  /** WhatsApp is ready to pair, or the next of a connection's codes is due. */
  async ready(payload: string, connection: Connection): Promise<void> {
    if (this.#over || this.#confirmed) return;
    this.#unreachable = 0;
    if (this.wanted.method === 'code') {
      if (this.#ofThisConnection++ === 0) await this.#offerCode(this.wanted.phoneNumber, connection);
      return;
    }
    if (this.#offered++ >= MOST_QR_CODES) return this.end('expired', 'Nobody scanned the code in time.');
    const lifeMs = this.#ofThisConnection++ === 0 ? FIRST_QR_MS : NEXT_QR_MS;
    const at = Date.now();
    this.#lastPayload = payload;
    this.#lastExpiry = at + lifeMs;
    this.#offerQr(payload, at);
  }

  /** What WhatsApp tells a device that is not linked yet. */
  heard(node: BinaryNode, connection: Connection): 'passkey_required' | null {
    const { type } = node.attrs;
    if (this.#confirmed || (type !== 'companion_reg_refresh' && type !== 'passkey_prologue_request')) return null;
    void acknowledge(node, connection);
    if (type === 'passkey_prologue_request') return 'passkey_required';
    const advSecretKey = randomBytes(32).toString('base64');
    connection.socket.ev.emit('creds.update', { advSecretKey });
    this.#refresh(advSecretKey);
    return null;
  }

  /** What the end of a connection means. `again`: to connect once more, for the codes of a new connection. */
  after(end: ConnectionEnd, hasAccount: boolean): 'linked' | 'renew_version' | 'again' | 'over' {
    if (this.#over) return 'over';
    if (this.#confirmed && hasAccount) return 'linked';
    const saidBy = (codes: number[]): boolean => end.source === 'server' && codes.includes(end.code);
    if (saidBy(OUTDATED_CODES)) return 'renew_version';
    this.#connectionEnded(saidBy(REFUSAL_CODES) ? 'refused' : end.reason === 'unreachable' ? 'unreachable' : 'lost');
    return this.#over ? 'over' : 'again';
  }

  /** WhatsApp retired the secret that is in the QR code: the same code with another one goes on. */
  #refresh(secret: string): void {
    if (this.#over || this.#confirmed || !this.#lastPayload) return;
    const fields = this.#lastPayload.split(',');
    fields[3] = secret;
    this.#lastPayload = fields.join(',');
    this.#offerQr(this.#lastPayload, Date.now());
  }

  #connectionEnded(reason: 'unreachable' | 'refused' | 'lost'): void {
    this.#ofThisConnection = 0;
    if (reason === 'refused') this.end('refused', 'WhatsApp refused to link this device.');
    else if (reason === 'unreachable' && ++this.#unreachable >= MOST_UNREACHABLE) this.end('unreachable', 'WhatsApp cannot be reached.');
    else if (this.wanted.method === 'qr' && this.#offered >= MOST_QR_CODES) this.end('expired', 'Nobody scanned the code in time.');
    else if (++this.#connections >= MOST_CONNECTIONS) this.end('unreachable', 'The connection to WhatsApp was lost again and again.');
  }

  #offerQr(payload: string, at: number): void {
    this.#events.tell({ kind: 'qr', at, payload, expiresAt: this.#lastExpiry });
  }

  async #offerCode(phoneNumber: string, connection: Connection): Promise<void> {
    const accepted = answerToHello(connection);
    const code = await connection.socket.requestPairingCode(phoneNumber.replace('+', '')).catch(() => null);
    const answer = code === null ? 'lost' : await accepted;
    if (this.#over || answer === 'lost') return;
    // Baileys gives a code out whatever WhatsApp said to it.
    if (answer === 'refused' || code === null) return this.end('refused', 'WhatsApp does not offer a code for this number.');
    const at = Date.now();
    this.#events.tell({ kind: 'pairing_code', at, code, expiresAt: at + CODE_MS });
  }
}

function answerToHello({ socket: { ws } }: Connection): Promise<'accepted' | 'refused' | 'lost'> {
  return new Promise((resolve) => {
    const settle = (answer: 'accepted' | 'refused' | 'lost') => (): void => {
      clearTimeout(timer);
      ws.off('CB:iq,,link_code_companion_reg', accepted);
      ws.off('CB:iq,type:error', refused);
      resolve(answer);
    };
    const accepted = settle('accepted');
    const refused = settle('refused');
    const timer = setTimeout(settle('lost'), CODE_ANSWER_MS);
    ws.on('CB:iq,,link_code_companion_reg', accepted);
    ws.on('CB:iq,type:error', refused);
  });
}

/** Before the login Baileys acknowledges nothing. */
async function acknowledge(node: BinaryNode, { socket }: Connection): Promise<void> {
  const { id, from, type } = node.attrs;
  if (!id || !from) return;
  const attrs = { id, to: from, class: 'notification', ...(type ? { type } : {}) };
  await socket.sendNode({ tag: 'ack', attrs }).catch(() => undefined);
}
