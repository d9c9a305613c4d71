// What a device has to get. A stanza stays until the device confirms it, so a device that dies in between gets it again.
import { childrenOf, contentsOf, stanza } from './stanzas.mjs';
import { SERVER } from './jids.mjs';

/** Far beyond any test; a queue that grows past it hides a device that confirms nothing. */
const MOST_WAITING = 50_000;

/** Receipts of these types say that the device has the message. */
const CONFIRMING = new Set([undefined, 'inactive', 'sender', 'peer_msg']);

export class Outbox {
  /** @type {import('./stanzas.mjs').BinaryNode[]} */
  waiting = [];
  /** @type {import('./connection.mjs').Connection | undefined} */
  #live;
  #changed;

  /** @param {() => void} changed called whenever something was put or confirmed */
  constructor(changed) {
    this.#changed = changed;
  }

  put(node) {
    if (this.waiting.length >= MOST_WAITING) throw new Error(`A device leaves ${MOST_WAITING} stanzas unconfirmed`);
    this.waiting.push(node);
    this.#changed();
    this.#live?.send(node);
  }

  /** Everything that waits goes out marked as offline, between a preview and an end marker, as WhatsApp does it. */
  attach(connection) {
    this.#live = connection;
    const queued = [...this.waiting];
    const count = (tag) => String(queued.filter((node) => node.tag === tag).length);
    connection.send(
      stanza('ib', { from: SERVER }, [
        stanza('offline_preview', {
          count: String(queued.length),
          message: count('message'),
          receipt: count('receipt'),
          notification: count('notification'),
          appdata: '0',
        }),
      ]),
    );
    queued.forEach((node, index) => connection.send({ ...node, attrs: { ...node.attrs, offline: String(index) } }));
    connection.send(stanza('ib', { from: SERVER }, [stanza('offline', { count: String(queued.length) })]));
  }

  detach(connection) {
    if (this.#live === connection) this.#live = undefined;
  }

  /** @param {import('./stanzas.mjs').BinaryNode} ack of the class that the stanza's tag was */
  confirmByAck({ attrs }) {
    // A delivered and a read receipt may bear one id; messages are told apart by it alone.
    const sameType = (node) => node.tag === 'message' || node.attrs.type === attrs.type;
    this.#confirm((node) => node.tag === attrs.class && node.attrs.id === attrs.id && sameType(node));
  }

  /** @param {import('./stanzas.mjs').BinaryNode} receipt */
  confirmByReceipt(receipt) {
    if (!CONFIRMING.has(receipt.attrs.type)) return;
    const ids = [receipt.attrs.id, ...contentsOf(receipt).flatMap((list) => childrenOf(list, 'item').map((item) => item.attrs.id))];
    for (const id of ids) this.#confirm((node) => node.tag === 'message' && node.attrs.id === id);
  }

  /** One confirmation stands for one delivery, so that a stanza delivered twice is confirmed twice. */
  #confirm(matches) {
    const index = this.waiting.findIndex(matches);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    this.#changed();
  }
}
