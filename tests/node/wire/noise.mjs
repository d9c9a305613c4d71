// The server's side of Noise_XX_25519_AESGCM_SHA256, as WhatsApp speaks it.
import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { Curve, NOISE_MODE, proto } from 'baileys';

const TAG_BYTES = 16;
const NOTHING = Buffer.alloc(0);
const DAY_SECONDS = 86_400;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

function nonce(counter) {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function seal(key, counter, plaintext, associated) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter));
  cipher.setAAD(associated);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(key, counter, sealed, associated) {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter));
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** The keys that prove the server to its clients. Baileys checks the shape of the chain, not the root. */
export class ServerIdentity {
  #root = Curve.generateKeyPair();
  #intermediate = Curve.generateKeyPair();
  static_ = Curve.generateKeyPair();

  certificateChain() {
    const now = Math.floor(Date.now() / 1000);
    const validity = { notBefore: now - DAY_SECONDS, notAfter: now + 100 * DAY_SECONDS };
    const details = (serial, issuerSerial, key) =>
      proto.CertChain.NoiseCertificate.Details.encode({ serial, issuerSerial, key, ...validity }).finish();
    const intermediate = details(1, 0, this.#intermediate.public);
    const leaf = details(2, 1, this.static_.public);
    return proto.CertChain.encode({
      intermediate: { details: intermediate, signature: Curve.sign(this.#root.private, intermediate) },
      leaf: { details: leaf, signature: Curve.sign(this.#intermediate.private, leaf) },
    }).finish();
  }
}

/** One handshake: a client hello in, a server hello out, a client finish in, two transport keys out. */
export class Handshake {
  #identity;
  #ephemeral = Curve.generateKeyPair();
  #hash = Buffer.from(NOISE_MODE);
  #chain = this.#hash;
  #key = this.#hash;
  #counter = 0;

  /** @param {ServerIdentity} identity @param {Buffer} prologue */
  constructor(identity, prologue) {
    this.#identity = identity;
    this.#authenticate(prologue);
  }

  /** @param {Buffer} frame @returns {Buffer} */
  answerHello(frame) {
    const hello = Buffer.from(proto.HandshakeMessage.decode(frame).clientHello.ephemeral);
    this.#authenticate(hello);
    this.#authenticate(this.#ephemeral.public);
    this.#mix(Curve.sharedKey(this.#ephemeral.private, hello));
    const encryptedStatic = this.#encrypt(this.#identity.static_.public);
    this.#mix(Curve.sharedKey(this.#identity.static_.private, hello));
    const payload = this.#encrypt(this.#identity.certificateChain());
    const serverHello = { ephemeral: this.#ephemeral.public, static: encryptedStatic, payload };
    return Buffer.from(proto.HandshakeMessage.encode({ serverHello }).finish());
  }

  /**
   * @param {Buffer} frame
   * @returns {{ payload: import('baileys').proto.IClientPayload, clientKey: Buffer, transport: Transport }} the key is proved
   */
  finish(frame) {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    const clientKey = this.#decrypt(Buffer.from(clientFinish.static));
    this.#mix(Curve.sharedKey(this.#ephemeral.private, clientKey));
    const payload = proto.ClientPayload.decode(this.#decrypt(Buffer.from(clientFinish.payload)));
    const [reading, writing] = this.#expand(NOTHING);
    return { payload, clientKey, transport: new Transport(reading, writing) };
  }

  #authenticate(bytes) {
    this.#hash = sha256(Buffer.concat([this.#hash, bytes]));
  }

  #expand(input) {
    const bytes = Buffer.from(hkdfSync('sha256', input, this.#chain, '', 64));
    return [bytes.subarray(0, 32), bytes.subarray(32)];
  }

  #mix(secret) {
    [this.#chain, this.#key] = this.#expand(secret);
    this.#counter = 0;
  }

  #encrypt(plaintext) {
    const sealed = seal(this.#key, this.#counter++, plaintext, this.#hash);
    this.#authenticate(sealed);
    return sealed;
  }

  #decrypt(sealed) {
    const plaintext = open(this.#key, this.#counter++, sealed, this.#hash);
    this.#authenticate(sealed);
    return plaintext;
  }
}

/** What both sides speak after the handshake: a counter per direction, no associated data. */
export class Transport {
  #reading;
  #writing;
  #read = 0;
  #written = 0;

  constructor(reading, writing) {
    this.#reading = reading;
    this.#writing = writing;
  }

  decrypt(frame) {
    return open(this.#reading, this.#read++, frame, NOTHING);
  }

  encrypt(plaintext) {
    return seal(this.#writing, this.#written++, plaintext, NOTHING);
  }
}
