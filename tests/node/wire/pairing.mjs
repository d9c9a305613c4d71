// Linking a device to an account: by a QR code that the phone scans, or by a code that the owner types on the phone.
import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { aesDecryptCTR, aesDecryptGCM, aesEncryptCTR, Curve, derivePairingCodeKey, proto } from 'baileys';
import { lidJid, numberJid, parseJid, SERVER } from './jids.mjs';
import { Refusal } from './refusal.mjs';
import { childOf, newId, notification, stanza, unixSeconds } from './stanzas.mjs';

const QR_REFERENCES = 6;
/** A reference pairs for as long as clients show it: the first of a connection for a minute, each other one for 20 seconds after that. */
const FIRST_REFERENCE_MS = 60_000;
const NEXT_REFERENCE_MS = 20_000;
const LINKING_TIMEOUT_MS = 15_000;
const KEY_BYTES = 32;
const ACCOUNT_SIGNATURE_PREFIX = Buffer.from([6, 0]);
const NOTHING = Buffer.alloc(0);

/** An unpaired device on its connection. */
class Candidate {
  /** @type {string | undefined} WhatsApp retired this secret with companion_reg_refresh: only a QR code with another one pairs */
  retiredSecret;
  /** @type {{ ref: Buffer, wrapped: Buffer, primary?: object, secret?: Buffer } | undefined} */
  code;
  /** @type {{ resolve: Function, reject: Function, account?: object, device?: object } | undefined} */
  linking;

  constructor(connection, registration) {
    this.connection = connection;
    this.registration = registration;
  }

  get identity() {
    return Buffer.from(this.registration.eIdent);
  }
}

export class Pairings {
  #server;
  #now;
  /** @type {Map<string, { candidate: Candidate, until: number }>} by the reference in the QR code */
  #byReference = new Map();
  /** @type {Map<object, Candidate>} */
  #byConnection = new Map();
  /** @type {Map<string, Candidate>} the device that last asked for a code for this number */
  #byNumber = new Map();

  /**
   * @param {import('./server.mjs').WireServer} server
   * @param {() => number} [now] milliseconds of a clock that is never set
   */
  constructor(server, now = () => performance.now()) {
    this.#server = server;
    this.#now = now;
  }

  /** Gives an unpaired device its references for QR codes. */
  offer(connection, registration) {
    const candidate = new Candidate(connection, registration);
    this.#byConnection.set(connection, candidate);
    const references = Array.from({ length: QR_REFERENCES }, () => `2@${randomBytes(24).toString('base64')}`);
    const first = this.#now() + FIRST_REFERENCE_MS;
    references.forEach((reference, place) => this.#byReference.set(reference, { candidate, until: first + place * NEXT_REFERENCE_MS }));
    const contents = references.map((reference) => stanza('ref', {}, Buffer.from(reference)));
    connection.send(iqSet('pair-device', contents));
  }

  disconnected(connection) {
    const candidate = this.#byConnection.get(connection);
    if (!candidate) return;
    this.#byConnection.delete(connection);
    for (const [reference, one] of this.#byReference) if (one.candidate === candidate) this.#byReference.delete(reference);
    for (const [number, one] of this.#byNumber) if (one === candidate) this.#byNumber.delete(number);
    candidate.linking?.reject(new Refusal(409, 'device_left', 'The device closed its connection before it was linked'));
  }

  /**
   * The owner of `number` scans a QR code.
   * @returns {Promise<{ account: object, device: object }>} when the device has signed
   */
  scan(qr, number) {
    const [reference, key, identity, secret] = (qr ?? '').replace(/^https?:\/\/[^#]*#/, '').split(',');
    const { candidate, until } = this.#byReference.get(reference) ?? {};
    if (!candidate) throw new Refusal(404, 'unknown_qr', 'No connected device shows this QR code');
    if (this.#now() >= until) throw new Refusal(409, 'expired_qr', 'The time of this QR code is over; the device shows another one');
    const { clientKey } = candidate.connection;
    if (key !== clientKey.toString('base64') || identity !== candidate.identity.toString('base64')) {
      throw new Refusal(400, 'wrong_qr', 'The QR code names another device');
    }
    this.#refuseForPasskey(candidate, number);
    // The secret is known to the phone only from the QR code, so it can be retired only once it was shown.
    if (this.#server.faults.strike('registration-refresh', { phone: number })) {
      candidate.retiredSecret = secret;
      candidate.connection.send(notification('companion_reg_refresh', [stanza('companion_reg_refresh')]));
    }
    if (secret === candidate.retiredSecret) throw new Refusal(409, 'retired_qr', 'WhatsApp retired the secret in this QR code');
    const account = this.#server.directory.register(number);
    const linked = expectLink(candidate);
    this.#link(candidate, account, Buffer.from(secret, 'base64'));
    return linked;
  }

  /** A device asks for a pairing code: its ephemeral key, wrapped with the code, waits for the phone. */
  helloOfCompanion(connection, request) {
    const candidate = this.#byConnection.get(connection);
    if (!candidate) throw new Refusal(400, 'bad_request', 'Only an unpaired device asks for a code');
    const wrapped = contentOf(request, 'link_code_pairing_wrapped_companion_ephemeral_pub');
    candidate.code = { ref: randomBytes(16), wrapped };
    this.#byNumber.set(parseJid(request.attrs.jid).user, candidate);
    return [stanza('link_code_companion_reg', { stage: 'companion_hello' }, [stanza('link_code_pairing_ref', {}, candidate.code.ref)])];
  }

  /** The owner of `number` types a code on the phone. */
  async enterCode(code, number) {
    const candidate = this.#byNumber.get(number);
    if (!candidate) throw new Refusal(404, 'no_code_expected', `No device asked for a code for ${number}`);
    this.#refuseForPasskey(candidate, number);
    const typed = code.replaceAll('-', '').toUpperCase();
    const account = this.#server.directory.register(number);
    const ephemeral = Curve.generateKeyPair();
    candidate.code.primary = { account, ephemeral, companion: await unwrap(candidate.code.wrapped, typed) };
    const linked = expectLink(candidate);
    const hello = [
      stanza('link_code_pairing_ref', {}, candidate.code.ref),
      stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, await wrap(ephemeral.public, typed)),
      stanza('primary_identity_pub', {}, account.phone.identity.public),
    ];
    candidate.connection.send(
      notification('link_code_companion_reg', [stanza('link_code_companion_reg', { stage: 'primary_hello' }, hello)]),
    );
    return linked;
  }

  /** The device answers the phone: only with the right code did both derive the same keys. */
  finishOfCompanion(connection, request) {
    const candidate = this.#byConnection.get(connection);
    const primary = candidate?.code?.primary;
    if (!primary) throw new Refusal(400, 'bad_request', 'No code was entered');
    const secret = openBundle(contentOf(request, 'link_code_pairing_wrapped_key_bundle'), primary);
    if (!secret) candidate.linking?.reject(new Refusal(409, 'wrong_code', 'The code is not the one that the device shows'));
    // The answer to the query goes out first, as on the real server.
    else setImmediate(() => this.#link(candidate, primary.account, secret));
  }

  /** Some accounts link devices with a passkey only, which is asked for by a notification. */
  #refuseForPasskey(candidate, number) {
    if (!this.#server.faults.strike('passkey-required', { phone: number })) return;
    const options = Buffer.from(JSON.stringify({ challenge: randomBytes(32).toString('base64url'), rpId: 'whatsapp.com' }));
    candidate.connection.send(notification('passkey_prologue_request', [stanza('passkey_request_options', {}, options)]));
    throw new Refusal(409, 'passkey_required', 'This account links devices with a passkey only');
  }

  #link(candidate, account, advSecret) {
    const id = account.reserveDevice();
    const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: Number(unixSeconds()), keyIndex: id }).finish();
    const signedBytes = Buffer.concat([ACCOUNT_SIGNATURE_PREFIX, details, candidate.identity]);
    const accountSignature = Curve.sign(account.phone.identity.private, signedBytes);
    const accountSignatureKey = account.phone.identity.public;
    const signed = proto.ADVSignedDeviceIdentity.encode({ details, accountSignatureKey, accountSignature }).finish();
    const hmac = createHmac('sha256', advSecret).update(signed).digest();
    Object.assign(candidate.linking, { account, device: deviceOf(id, candidate) });
    candidate.connection.send(
      iqSet('pair-success', [
        stanza('device-identity', {}, proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish()),
        stanza('device', { jid: numberJid(account, id), lid: lidJid(account, id) }),
        stanza('platform', { name: 'android' }),
      ]),
    );
  }

  /** The device has countersigned: it is linked, and has to log in as what it is now. */
  signedByCompanion(connection) {
    const candidate = this.#byConnection.get(connection);
    if (!candidate?.linking?.device) return;
    const { account, device, resolve } = candidate.linking;
    account.devices.set(device.id, device);
    resolve({ account, device });
    this.#server.linked(account, device);
    connection.end(stanza('stream:error', { code: '515' }));
  }
}

const contentOf = (node, tag) => Buffer.from(childOf(node, tag)?.content ?? NOTHING);

const iqSet = (tag, contents) =>
  stanza('iq', { from: SERVER, type: 'set', id: newId(), xmlns: 'md', t: unixSeconds() }, [stanza(tag, {}, contents)]);

/** @returns {Promise<{ account: object, device: object }>} what the admin door waits for from here on */
function expectLink(candidate) {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new Refusal(504, 'device_silent', 'The device did not finish the pairing'));
    setTimeout(refuse, LINKING_TIMEOUT_MS).unref();
    candidate.linking = { resolve, reject };
  });
}

function deviceOf(id, { registration, connection }) {
  return {
    id,
    key: connection.clientKey,
    registrationId: Buffer.from(registration.eRegid).readUInt32BE(),
    identity: Buffer.from(registration.eIdent),
    signedPreKey: {
      id: Buffer.from(registration.eSkeyId).readUIntBE(0, 3),
      value: Buffer.from(registration.eSkeyVal),
      signature: Buffer.from(registration.eSkeySig),
    },
    preKeys: [],
    available: false,
  };
}

async function wrap(publicKey, code) {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  return Buffer.concat([salt, iv, aesEncryptCTR(publicKey, await derivePairingCodeKey(code, salt), iv)]);
}

async function unwrap(wrapped, code) {
  return aesDecryptCTR(wrapped.subarray(48, 80), await derivePairingCodeKey(code, wrapped.subarray(0, 32)), wrapped.subarray(32, 48));
}

/** @returns {Buffer | undefined} the secret for the device's identity; nothing when the keys differ, that is, the code was wrong */
function openBundle(bundle, { account, ephemeral, companion }) {
  const shared = Curve.sharedKey(ephemeral.private, companion);
  const salt = bundle.subarray(0, 32);
  const key = hkdf(shared, salt, 'link_code_pairing_key_bundle_encryption_key');
  try {
    const plain = aesDecryptGCM(bundle.subarray(44), key, bundle.subarray(32, 44), NOTHING);
    const [identity, , random] = [0, 1, 2].map((part) => plain.subarray(part * KEY_BYTES, (part + 1) * KEY_BYTES));
    const identityShared = Curve.sharedKey(account.phone.identity.private, identity);
    return hkdf(Buffer.concat([shared, identityShared, random]), NOTHING, 'adv_secret');
  } catch {
    return undefined;
  }
}

const hkdf = (input, salt, info) => Buffer.from(hkdfSync('sha256', input, salt, info, KEY_BYTES));
