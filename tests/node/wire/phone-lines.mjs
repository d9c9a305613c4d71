// The traffic of the primary phones: what they read, what their owners write on them, and the history they hand to a new device.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { generateWAMessage } from 'baileys';
import { compose, describe, stanzaTypes } from './content.mjs';
import { historyMessages } from './history.mjs';
import { isGroup, jidLike, lidJid, numberJid, parseJid } from './jids.mjs';
import { takeBundle } from './prekeys.mjs';
import { silentLogger } from './quiet.mjs';
import { relayReceipt } from './receipts.mjs';
import { Refusal } from './refusal.mjs';
import { relay } from './relay.mjs';
import { childrenOf, stanza, unixSeconds } from './stanzas.mjs';

/** The first letters of ids that an iPhone gives. */
const ID_PREFIX = '3A';

export class PhoneLines {
  #server;

  /** @param {import('./server.mjs').WireServer} server */
  constructor(server) {
    this.#server = server;
  }

  /** A copy for the phone itself. */
  receive(account, node) {
    const { phone } = account;
    const work = node.tag === 'message' ? () => this.#read(account, node) : () => this.#onReceipt(account, node);
    phone.enqueue(() => work().catch((problem) => this.#server.report(`phone ${account.number}`, problem)));
  }

  async #read(account, node) {
    const { id, from, participant, recipient, category } = node.attrs;
    const author = parseJid(participant ?? from);
    const sender = this.#server.directory.find(author.user);
    const address = lidJid(sender, author.device);
    for (const enc of childrenOf(node, 'enc')) {
      const plain = await account.phone.decrypt(address, from, enc);
      const message = plain.deviceSentMessage?.message ?? plain;
      const chat = isGroup(from) ? from : numberOf(this.#server.directory, recipient ?? from);
      if (!category && describe(message)) {
        account.phone.entries.push({ id, chat, from: sender.number, fromMe: sender === account, message });
      }
    }
    if (sender !== account) {
      const receipt = stanza('receipt', { id, to: from, participant, t: unixSeconds() });
      relayReceipt(this.#server, { account, device: account.phone.device }, receipt);
    }
  }

  /** A device could not read what the phone wrote: it gets the same message again, in a new session. */
  async #onReceipt(account, { attrs }) {
    const written = attrs.type === 'retry' && account.phone.find(attrs.id);
    if (!written?.fromMe) return;
    const asking = this.#server.directory.locate(attrs.from);
    if (!asking) return;
    await account.phone.forgetSession(lidJid(asking.account, asking.device.id));
    const chat = attrs.recipient ?? attrs.from;
    const enc = await this.#encryptFor(account, asking, written.message, chat);
    const to = jidLike(chat, asking.account, asking.device.id);
    const recipient = asking.account === account ? chat : undefined;
    const attributes = { id: attrs.id, to, recipient, ...stanzaTypes(written.message) };
    relay(this.#server, { account, device: account.phone.device }, stanza('message', attributes, [enc]), unixSeconds());
  }

  /** The owner writes on the phone: the other party gets it, and so do the owner's linked devices. */
  async send(account, wanted) {
    const peer = this.#server.directory.require(String(wanted.to).split('@')[0]);
    const chat = String(wanted.to).endsWith('@lid') ? lidJid(peer) : numberJid(peer);
    const id = wanted.id ?? `${ID_PREFIX}${randomBytes(9).toString('hex').toUpperCase()}`;
    const message = await this.#write(account, chat, id, wanted);
    account.phone.entries.push({ id, chat: peer.number, from: account.number, fromMe: true, message });
    const receivers = [peer, account].flatMap((one) => [...one.devices.values()].map((device) => ({ account: one, device })));
    const copies = [];
    for (const receiver of new Set(receivers)) {
      if (receiver.device === account.phone.device) continue;
      const enc = await this.#encryptFor(account, receiver, message, chat);
      copies.push(stanza('to', { jid: jidLike(chat, receiver.account, receiver.device.id) }, [enc]));
    }
    const node = stanza('message', { id, to: chat, ...stanzaTypes(message) }, [stanza('participants', {}, copies)]);
    relay(this.#server, { account, device: account.phone.device }, node, unixSeconds());
    return id;
  }

  /** The owner reads a chat on the phone: the other party sees it, and the linked devices learn it too. */
  read(account, { from, ids }) {
    const peer = this.#server.directory.require(from);
    const [id, ...others] = ids;
    const list = others.length ? [stanza('list', {}, others.map((one) => stanza('item', { id: one })))] : undefined;
    const t = unixSeconds();
    relayReceipt(this.#server, { account, device: account.phone.device }, stanza('receipt', { id, to: numberJid(peer), type: 'read', t }, list));
    const attrs = { id, from: numberJid(account), recipient: numberJid(peer), type: 'read-self', t };
    for (const device of account.companions) this.#server.deliver(account, device, stanza('receipt', attrs, list));
  }

  linked(account, device) {
    device.awaitsHistory = account.history !== null;
  }

  /** A new device asks for nothing: the phone hands over its history, be it empty, as soon as the device is there. Clients wait for it. */
  live(account, device) {
    if (!device.awaitsHistory) return;
    device.awaitsHistory = false;
    account.phone.enqueue(() =>
      this.#giveHistory(account, device).catch((problem) => this.#server.report(`history of ${account.number}`, problem)),
    );
  }

  async #giveHistory(account, device) {
    for (const message of await historyMessages(this.#server, account)) {
      const id = `${ID_PREFIX}${randomBytes(9).toString('hex').toUpperCase()}`;
      const enc = await this.#encryptFor(account, { account, device }, message, undefined);
      const attrs = { from: numberJid(account), id, t: unixSeconds(), type: 'text', category: 'peer' };
      this.#server.deliver(account, device, stanza('message', attrs, [enc]));
    }
  }

  async #write(account, chat, id, wanted) {
    if (isGroup(chat)) throw new Refusal(400, 'not_on_phones', 'Phones write to people only; let a contact write to the group');
    const { content, options } = compose(wanted, (target) => known(account, chat, target));
    const upload = async (file, { fileEncSha256B64 }) => {
      const { url, direct_path: directPath } = this.#server.media.store(Buffer.from(fileEncSha256B64, 'base64').toString('base64url'), await readFile(file));
      return { mediaUrl: url, directPath };
    };
    const userJid = numberJid(account);
    const { message } = await generateWAMessage(chat, content, { logger: silentLogger, userJid, upload, messageId: id, ...options });
    return message;
  }

  async #encryptFor(account, { account: receiver, device }, message, chat) {
    // An own device gets the message in an envelope that says which chat it belongs to.
    const own = receiver === account && chat;
    const plain = own ? { deviceSentMessage: { destinationJid: chat, message } } : message;
    const { type, ciphertext } = await account.phone.encrypt(lidJid(receiver, device.id), () => takeBundle(device), plain);
    return stanza('enc', { v: '2', type }, ciphertext);
  }
}

function known({ phone }, chat, id) {
  const entry = phone.find(id);
  return entry && { key: { id, remoteJid: chat, fromMe: entry.fromMe }, message: entry.message };
}

const numberOf = (directory, jid) => directory.find(parseJid(jid).user)?.number ?? jid;
