// One websocket of a client: handshake, then decrypted stanzas in order. What they mean is decided elsewhere.
import { decodeBinaryNode, encodeBinaryNode } from 'baileys';
import { frame, FrameReader } from './frames.mjs';
import { Handshake } from './noise.mjs';

/** A client that does not answer the closing handshake, a frozen process say, must not keep its socket. */
const CLOSING_GRACE_MS = 1_000;

export class Connection {
  #server;
  #socket;
  #frames = new FrameReader();
  /** @type {Handshake | undefined} */
  #handshake;
  #helloAnswered = false;
  /** @type {import('./noise.mjs').Transport | undefined} */
  #transport;
  #work = Promise.resolve();
  #ended = false;
  /** @type {Buffer | undefined} the key that the client proved in the handshake */
  clientKey;
  /** @type {import('./directory.mjs').Account | undefined} set by the login */
  account;
  /** @type {import('./directory.mjs').Device | undefined} set by the login */
  device;

  /** @param {import('./server.mjs').WireServer} server @param {import('ws').WebSocket} socket */
  constructor(server, socket) {
    this.#server = server;
    this.#socket = socket;
    socket.on('message', (bytes) => {
      this.#frames.push(bytes);
      this.#work = this.#work.then(() => this.#readFrames()).catch((problem) => this.#fail(problem));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#ended = true;
      server.disconnected(this);
    });
  }

  get isOpen() {
    return !this.#ended && this.#socket.readyState === this.#socket.OPEN;
  }

  /** @param {import('./stanzas.mjs').BinaryNode} node */
  send(node) {
    if (this.isOpen) this.#socket.send(frame(this.#transport.encrypt(encodeBinaryNode(node))));
  }

  /** Says a last word and closes; nothing that the client still sends is listened to. */
  end(lastWord) {
    if (lastWord) this.send(lastWord);
    this.#ended = true;
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), CLOSING_GRACE_MS).unref();
  }

  /** Cuts the line without a word. */
  drop() {
    this.#ended = true;
    this.#socket.terminate();
  }

  async #readFrames() {
    for (let next = this.#frames.next(); next; next = this.#frames.next()) await this.#onFrame(next);
  }

  async #onFrame(bytes) {
    if (this.#transport) {
      const node = await decodeBinaryNode(this.#transport.decrypt(bytes));
      if (this.#ended) this.#server.stale(this);
      else await this.#server.received(this, node);
      return;
    }
    this.#handshake ??= new Handshake(this.#server.identity, this.#frames.header);
    if (!this.#helloAnswered) {
      this.#helloAnswered = true;
      this.#socket.send(frame(this.#handshake.answerHello(bytes)));
      return;
    }
    const { payload, clientKey, transport } = this.#handshake.finish(bytes);
    this.#transport = transport;
    this.clientKey = clientKey;
    await this.#server.greeted(this, payload);
  }

  #fail(problem) {
    this.#server.report('connection', problem);
    this.drop();
  }
}
