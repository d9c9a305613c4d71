// Faults that tests order in advance: each one strikes the next times its conditions hold, and is counted when it does.
import { EventEmitter } from 'node:events';
import { Refusal } from './refusal.mjs';

/** Every kind of fault, and what it does. */
export const FAULT_KINDS = {
  'connection-refused': 'a websocket is refused with the HTTP `status`',
  'connection-stalled': 'a websocket is opened, and nothing on it is ever answered',
  'client-outdated': 'login and registration of clients with a revision lower than `below` fail with 405',
  'login-refused': 'login (or registration) fails with `reason` (401, 402, 403, 405, 503…), and `code` and `expire` for 402',
  'login-dropped': 'the socket is cut instead of an answer to the login',
  'login-delayed': 'the answer to the login comes `ms` later',
  'registration-refresh': 'a scanned QR code is refused, and its device told companion_reg_refresh: only a QR code with a new secret pairs',
  'passkey-required': 'a scan or a code is refused, and the device asked for a passkey with passkey_prologue_request',
  'ack-refused': 'a message is not relayed; its ack carries the error `code` (463, 479…)',
  'ack-lost': 'a message is relayed and never acknowledged',
  'ack-delayed': 'a message is relayed, and acknowledged `ms` later',
  'message-lost': 'a message disappears: neither relayed nor acknowledged',
  'dropped-before-relay': 'the socket is cut when a message arrives, before it is relayed',
  'dropped-after-relay': 'the socket is cut after a message was relayed, before its ack',
  'delivered-twice': 'a device gets a message twice',
  'sent-twice': 'what a contact or an owner writes through the admin door is sent twice, under one id, each time readable',
  'receipt-delivered-twice': 'a device gets a receipt twice',
  'delivery-delayed': 'a device gets a message `ms` later',
  'delivery-corrupted': 'a device gets a message with damaged ciphertext, so that it asks for a retry',
  'receipt-lost': 'a receipt is acknowledged and not relayed',
  'query-refused': 'an iq of `xmlns` is answered with the error `code`',
  'query-unanswered': 'an iq of `xmlns` is never answered',
  'media-corrupted': 'a download has one byte changed',
  'media-truncated': 'a download ends halfway, the connection is cut',
  'media-stalled': 'a download sends half and then nothing more',
  'media-unavailable': 'a download is answered with `status` (404, 410, 500…)',
  'media-range-broken': 'a range request is answered with bytes of another place',
  'upload-dropped': 'the connection of an upload is cut',
  'upload-refused': 'an upload is answered with `status`',
};

/** What a fault may be narrowed to. */
const CONDITIONS = ['phone', 'device', 'to', 'message', 'xmlns', 'path'];

/** Emits `change` when a fault strikes. */
export class Faults extends EventEmitter {
  #nextId = 1;
  /** @type {object[]} */
  ordered = [];

  constructor() {
    super();
    this.setMaxListeners(0);
  }

  /** @param {{ kind: string, times?: number | null }} wanted `times` is 1 unless said; null is forever */
  order(wanted) {
    if (!Object.hasOwn(FAULT_KINDS, wanted.kind)) throw new Refusal(400, 'unknown_fault', `There is no fault ${wanted.kind}`);
    const fault = { ...wanted, id: this.#nextId++, times: wanted.times === undefined ? 1 : wanted.times, struck: 0 };
    this.ordered.push(fault);
    return fault;
  }

  /** The fault that strikes now, if one is ordered for these facts. */
  strike(kind, facts, holds = () => true) {
    const fault = this.ordered.find(
      (one) =>
        one.kind === kind &&
        (one.times === null || one.struck < one.times) &&
        CONDITIONS.every((name) => one[name] === undefined || String(one[name]) === String(facts[name])) &&
        holds(one),
    );
    if (!fault) return undefined;
    fault.struck++;
    this.emit('change');
    return fault;
  }

  clear() {
    this.ordered = [];
  }

  /** @param {number} id */
  takeBack(id) {
    const taken = this.require(id);
    this.ordered = this.ordered.filter((fault) => fault !== taken);
  }

  /** @param {number} id */
  require(id) {
    const fault = this.ordered.find((one) => one.id === id);
    if (!fault) throw new Refusal(404, 'unknown_fault', `No fault ${id} is ordered`);
    return fault;
  }
}
