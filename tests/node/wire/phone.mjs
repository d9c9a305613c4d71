// The primary phone of an account: the owner's keys, and a real Signal endpoint that reads and writes like any other device.
import {
  addTransactionCapability,
  DEFAULT_CONNECTION_CONFIG,
  encodeWAMessage,
  generateSignalPubKey,
  proto,
  unpadRandomMax16,
} from 'baileys';
import { memoryAuth } from './memory-auth.mjs';
import { silentLogger } from './quiet.mjs';

const { makeSignalRepository, transactionOpts } = DEFAULT_CONNECTION_CONFIG;

/** @typedef {{ id: string, chat: string, from: string, fromMe: boolean, message: proto.IMessage, failure?: string }} PhoneEntry */

export class Phone {
  #signal;
  /** @type {PhoneEntry[]} everything that was read or written on this phone, in order */
  entries = [];
  /** A phone that is switched off neither reads nor confirms anything until it is back. */
  reachable = true;
  /** @type {(() => Promise<void>)[]} */
  #waiting = [];
  #work = Promise.resolve();

  /** @param {import('./directory.mjs').Account} account */
  constructor(account) {
    const auth = memoryAuth();
    const keys = addTransactionCapability(auth.keys, silentLogger, transactionOpts);
    this.account = account;
    this.identity = auth.creds.signedIdentityKey;
    this.#signal = makeSignalRepository({ creds: auth.creds, keys }, silentLogger, async () => []);
    const { keyId, keyPair, signature } = auth.creds.signedPreKey;
    this.device = {
      id: 0,
      registrationId: auth.creds.registrationId,
      identity: this.identity.public,
      signedPreKey: { id: keyId, value: keyPair.public, signature },
      preKeys: [],
      available: false,
    };
  }

  /** Work on the phone happens in order, and only while it is switched on. */
  enqueue(work) {
    if (this.reachable) this.#work = this.#work.then(work);
    else this.#waiting.push(work);
    return this.#work;
  }

  setReachable(reachable) {
    this.reachable = reachable;
    if (reachable) for (const work of this.#waiting.splice(0)) this.enqueue(work);
  }

  /** @param {string} id */
  find(id) {
    return this.entries.findLast((entry) => entry.id === id);
  }

  /**
   * @param {string} author the sender's device, always by LID, so that both address styles share one session
   * @param {string} group the group, for sender-key messages
   * @param {{ attrs: { type: string }, content: Uint8Array }} enc
   * @returns {Promise<proto.IMessage>}
   */
  async decrypt(author, group, { attrs: { type }, content }) {
    const padded =
      type === 'skmsg'
        ? await this.#signal.decryptGroupMessage({ group, authorJid: author, msg: content })
        : await this.#signal.decryptMessage({ jid: author, type, ciphertext: content });
    const message = proto.Message.decode(unpadRandomMax16(padded));
    if (message.senderKeyDistributionMessage) {
      await this.#signal.processSenderKeyDistributionMessage({ authorJid: author, item: message.senderKeyDistributionMessage });
    }
    return message;
  }

  /**
   * @param {string} recipient a device, by LID
   * @param {() => object} takeBundle gives the device's public keys when there is no session yet
   * @param {proto.IMessage} message
   */
  async encrypt(recipient, takeBundle, message) {
    if (!(await this.#signal.validateSession(recipient)).exists) {
      await this.#signal.injectE2ESession({ jid: recipient, session: sessionOf(takeBundle()) });
    }
    return this.#signal.encryptMessage({ jid: recipient, data: encodeWAMessage(message) });
  }

  /** @param {string} me the phone's own address, by LID */
  async encryptForGroup(group, me, message) {
    const { ciphertext, senderKeyDistributionMessage } = await this.#signal.encryptGroupMessage({
      group,
      meId: me,
      data: encodeWAMessage(message),
    });
    const enc = { tag: 'enc', attrs: { v: '2', type: 'skmsg' }, content: ciphertext };
    return { enc, distribution: { groupId: group, axolotlSenderKeyDistributionMessage: senderKeyDistributionMessage } };
  }

  /** After a retry receipt the old session is worthless. */
  async forgetSession(recipient) {
    await this.#signal.deleteSession([recipient]);
  }
}

function sessionOf({ registrationId, identity, signedPreKey, preKey }) {
  const key = (one) => one && { keyId: one.id, publicKey: generateSignalPubKey(one.value), signature: one.signature };
  return {
    registrationId,
    identityKey: generateSignalPubKey(identity),
    signedPreKey: key(signedPreKey),
    preKey: key(preKey),
  };
}
