// The traffic of the primary phones: what they read, what their owners write on them, and the history they hand to a new device.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, stanzaTypes, write } from './content.mjs';
import { historyMessages } from './history.mjs';
import { answerMediaRetry } from './media-retry.mjs';
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
    const asking = this.#server.directory.locate(attrs.participant ?? attrs.from);
    if (!asking) return;
    const device = lidJid(asking.account, asking.device.id);
    await account.phone.forgetSession(device);
    const chat = attrs.recipient ?? attrs.from;
    // In a group the asking device alone gets it, by its own session.
    const enc = await this.#encryptFor(account, asking, written.message, isGroup(chat) ? undefined : chat);
    const where = isGroup(chat)
      ? { to: chat, participant: device }
      : { to: jidLike(chat, asking.account, asking.device.id), recipient: asking.account === account ? chat : undefined };
    const attributes = { id: attrs.id, ...where, ...stanzaTypes(written.message) };
    relay(this.#server, { account, device: account.phone.device }, stanza('message', attributes, [enc]), unixSeconds());
  }

  /** A device misses a file. */
  bringAgain(account, device, receipt) {
    account.phone.enqueue(async () => answerMediaRetry(this.#server, account, device, receipt));
  }

  /** The owner writes on the phone: the other party gets it, and so do the owner's linked devices. */
  async send(account, wanted) {
    const chat = this.#chatOf(wanted.to, wanted.addressing);
    const id = wanted.id ?? `${ID_PREFIX}${randomBytes(9).toString('hex').toUpperCase()}`;
    const message = await this.#write(account, chat, id, wanted);
    account.phone.entries.push({
      id,
      chat: isGroup(chat) ? chat : numberOf(this.#server.directory, chat),
      from: account.number,
      fromMe: true,
      message,
    });
    const contents = isGroup(chat) ? await this.#forGroup(account, chat, message) : await this.#forPerson(account, chat, message);
    const node = stanza('message', { id, to: chat, ...stanzaTypes(message) }, contents);
    relay(this.#server, { account, device: account.phone.device }, node, unixSeconds());
    return id;
  }

  #chatOf(to, addressing) {
    if (isGroup(to)) return this.#server.directory.requireGroup(to).id;
    const peer = this.#server.directory.require(to.split('@')[0]);
    return to.endsWith('@lid') || addressing === 'lid' ? lidJid(peer) : numberJid(peer);
  }

  async #forPerson(account, chat, message) {
    const { account: peer } = this.#server.directory.locate(chat);
    const copies = [];
    for (const receiver of devicesOf([peer, account], account.phone)) {
      const enc = await this.#encryptFor(account, receiver, message, chat);
      copies.push(stanza('to', { jid: jidLike(chat, receiver.account, receiver.device.id) }, [enc]));
    }
    return [stanza('participants', {}, copies)];
  }

  /** The sender's key goes with every message, which clients may do, and spares remembering who has it. */
  async #forGroup(account, group, message) {
    const { members } = this.#server.directory.requireGroup(group);
    const { enc, distribution } = await account.phone.encryptForGroup(group, lidJid(account), message);
    const copies = [];
    for (const receiver of devicesOf(members, account.phone)) {
      const key = await this.#encryptFor(account, receiver, { senderKeyDistributionMessage: distribution });
      copies.push(stanza('to', { jid: lidJid(receiver.account, receiver.device.id) }, [key]));
    }
    return [stanza('participants', {}, copies), enc];
  }

  /** The owner reads a chat on the phone: the other party sees it, and the linked devices learn it too. */
  read(account, { chat: name, ids }) {
    const chat = this.#chatOf(name);
    const inChat = ({ chat: one, fromMe }) => !fromMe && one === name;
    const read = ids ?? account.phone.entries.filter(inChat).map(({ id }) => id);
    if (!read.length) throw new Refusal(404, 'nothing_to_read', `The phone has no message of ${name}`);
    const [id, ...others] = read;
    const items = others.map((one) => stanza('item', { id: one }));
    const list = items.length ? [stanza('list', {}, items)] : undefined;
    const t = unixSeconds();
    for (const participant of this.#authors(account, chat, read)) {
      const receipt = stanza('receipt', { id, to: chat, participant, type: 'read', t }, list);
      relayReceipt(this.#server, { account, device: account.phone.device }, receipt);
    }
    const where = isGroup(chat) ? { from: chat, participant: lidJid(account) } : { from: numberJid(account), recipient: chat };
    for (const device of account.companions) {
      this.#server.deliver(account, device, stanza('receipt', { id, ...where, type: 'read-self', t }, list));
    }
  }

  /** In a group every author is told; in a chat there is one. */
  #authors(account, chat, ids) {
    if (!isGroup(chat)) return [undefined];
    const authors = ids.map((id) => account.phone.find(id)?.from).filter(Boolean);
    return [...new Set(authors)].map((number) => lidJid(this.#server.directory.require(number)));
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

  #write(account, chat, id, wanted) {
    const upload = async (file, { fileEncSha256B64 }) => {
      const name = Buffer.from(fileEncSha256B64, 'base64').toString('base64url');
      const { url, direct_path: directPath } = this.#server.media.store(name, await readFile(file));
      return { mediaUrl: url, directPath };
    };
    const options = { logger: silentLogger, userJid: numberJid(account), upload, messageId: id };
    return write(chat, wanted, (target) => this.#known(account, chat, target), options).then(({ message }) => message);
  }

  #known({ phone }, chat, id) {
    const entry = phone.find(id);
    if (!entry) return undefined;
    const participant = isGroup(chat) && !entry.fromMe ? lidJid(this.#server.directory.require(entry.from)) : undefined;
    return { key: { id, remoteJid: chat, fromMe: entry.fromMe, participant }, message: entry.message };
  }

  async #encryptFor(account, { account: receiver, device }, message, chat) {
    // An own device gets the message in an envelope that says which chat it belongs to.
    const own = receiver === account && chat;
    const plain = own ? { deviceSentMessage: { destinationJid: chat, message } } : message;
    const { type, ciphertext } = await account.phone.encrypt(lidJid(receiver, device.id), () => takeBundle(device), plain);
    return stanza('enc', { v: '2', type }, ciphertext);
  }
}

const devicesOf = (accounts, phone) =>
  [...new Set(accounts)]
    .flatMap((account) => [...account.devices.values()].map((device) => ({ account, device })))
    .filter(({ device }) => device !== phone.device);

const numberOf = (directory, jid) => directory.find(parseJid(jid).user)?.number ?? jid;
