// WhatsApp's framing on the websocket: an optional routing prologue, a four-byte header, then frames behind three-byte lengths.
const ROUTING_MAGIC = 'ED';
const HEADER_BYTES = 4;
const LENGTH_BYTES = 3;

/** Cuts what arrives into the header and whole frames; messages of the websocket need not match frames. */
export class FrameReader {
  #pending = Buffer.alloc(0);
  /** @type {Buffer | undefined} */
  header;

  push(bytes) {
    this.#pending = this.#pending.length ? Buffer.concat([this.#pending, bytes]) : bytes;
  }

  /** @returns {Buffer | undefined} the next whole frame, once the header is there */
  next() {
    if (!this.header && !this.#takeHeader()) return undefined;
    if (this.#pending.length < LENGTH_BYTES) return undefined;
    const length = this.#pending.readUIntBE(0, LENGTH_BYTES);
    if (this.#pending.length < LENGTH_BYTES + length) return undefined;
    return this.#take(LENGTH_BYTES + length).subarray(LENGTH_BYTES);
  }

  #takeHeader() {
    if (this.#pending.subarray(0, 2).toString('latin1') === ROUTING_MAGIC) {
      if (this.#pending.length < HEADER_BYTES + LENGTH_BYTES) return false;
      const length = this.#pending.readUIntBE(HEADER_BYTES, LENGTH_BYTES);
      if (this.#pending.length < HEADER_BYTES + LENGTH_BYTES + length) return false;
      this.#take(HEADER_BYTES + LENGTH_BYTES + length);
    }
    if (this.#pending.length < HEADER_BYTES) return false;
    this.header = this.#take(HEADER_BYTES);
    return true;
  }

  #take(length) {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }
}

export function frame(bytes) {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUIntBE(bytes.length, 0, LENGTH_BYTES);
  return Buffer.concat([length, bytes]);
}
