// A contact: an unmodified Baileys client with its keys in memory. It is the judge of what lines write, and writes to them.
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Browsers,
  DisconnectReason,
  downloadMediaMessage,
  generateMessageIDV2,
  makeWASocket,
  normalizeMessageContent,
  proto,
} from 'baileys';
import { describe, stanzaTypes, write } from './content.mjs';
import { memoryAuth } from './memory-auth.mjs';
import { silentLogger } from './quiet.mjs';
import { Refusal } from './refusal.mjs';

const RECONNECT_PAUSE_MS = 100;
/** After these a client must not come back by itself. */
const FINAL = new Set([DisconnectReason.loggedOut, DisconnectReason.forbidden, DisconnectReason.connectionReplaced]);
const GONE = new Set([404, 410]);
const STATUS = { 0: 'error', 1: 'pending', 2: 'accepted', 3: 'delivered', 4: 'read', 5: 'played' };

const mediaKeyOf = ({ message }) => {
  const { mediaKey } = Object.values(normalizeMessageContent(message)).find((part) => part?.mediaKey);
  return Buffer.from(mediaKey).toString('base64');
};

export class Contact {
  #url;
  #name;
  #emit;
  #auth = memoryAuth();
  /** @type {import('baileys').WASocket | undefined} of the connection that was opened last */
  socket;
  #wanted = false;
  /** @type {Map<string, import('baileys').WAMessage>} everything seen or written */
  #known = new Map();

  /**
   * @param {string} url
   * @param {string} name shown to the people it writes to
   * @param {(event: string, detail: object) => void} emit `qr`, `connection`, `message`, `failure`, `status`, `presence`, `history`
   */
  constructor(url, name, emit) {
    this.#url = url;
    this.#name = name;
    this.#emit = emit;
  }

  /** @param {object} [options] Baileys' own, over the contact's */
  connect(options = {}) {
    this.#wanted = true;
    const socket = makeWASocket({
      auth: this.#auth,
      waWebSocketUrl: this.#url,
      logger: silentLogger,
      browser: Browsers.ubuntu('Chrome'),
      syncFullHistory: false,
      getMessage: async ({ id }) => this.#known.get(id)?.message,
      ...options,
    });
    this.socket = socket;
    socket.ev.on('connection.update', (update) => this.#onConnection(update, options));
    socket.ev.on('messages.upsert', ({ messages }) => messages.forEach((message) => this.#onMessage(message)));
    socket.ev.on('messages.update', (updates) => updates.forEach((update) => this.#onUpdate(update)));
    socket.ev.on('message-receipt.update', (updates) => updates.forEach((update) => this.#onGroupReceipt(update)));
    socket.ev.on('presence.update', (update) => this.#emit('presence', update));
    socket.ev.on('messaging-history.set', ({ messages, progress, syncType }) =>
      this.#emit('history', { progress, syncType, messages: messages.map((one) => ({ id: one.key.id, ...describe(one.message) })) }),
    );
    return socket;
  }

  disconnect() {
    this.#wanted = false;
    return this.socket?.end(undefined);
  }

  requestCode(number) {
    return this.socket.requestPairingCode(number);
  }

  get credentials() {
    return this.#auth.creds;
  }

  get user() {
    return this.#auth.creds.me;
  }

  /** @param {object} wanted `to` (address), `kind`, what belongs to it, and an `id` to write under */
  async send(wanted) {
    const message = await write(wanted.to, wanted, (id) => this.#known.get(id), {
      logger: silentLogger,
      userJid: this.user.id,
      upload: this.socket.waUploadToServer,
      messageId: wanted.id ?? generateMessageIDV2(this.user.id),
    });
    this.#known.set(message.key.id, message);
    const { edit } = stanzaTypes(message.message);
    await this.socket.relayMessage(wanted.to, message.message, { messageId: message.key.id, additionalAttributes: edit ? { edit } : {} });
    return message.key.id;
  }

  /** @param {string[]} ids */
  async confirm(ids, type) {
    const keys = ids.map((id) => this.#messageOf(id).key);
    if (type === 'read') await this.socket.readMessages(keys);
    else await this.socket.sendReceipts(keys, type);
  }

  /** @param {string} to @param {'composing' | 'recording' | 'paused' | 'available' | 'unavailable'} state */
  setPresence(to, state) {
    return this.socket.sendPresenceUpdate(state, to);
  }

  watch(to) {
    return this.socket.presenceSubscribe(to);
  }

  async check(numbers) {
    return this.socket.onWhatsApp(...numbers);
  }

  /** The file of a received message; one that is gone from the media host is asked from the phone. Baileys compares no hashes. */
  async download(id) {
    const message = this.#messageOf(id);
    const bytes = await downloadMediaMessage(message, 'buffer', {}).catch(async (problem) => {
      if (!GONE.has(problem.output?.statusCode)) throw problem;
      return downloadMediaMessage(await this.socket.updateMediaMessage(message), 'buffer', {});
    });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { bytes: bytes.toString('base64'), size: bytes.length, sha256, key: mediaKeyOf(message) };
  }

  #messageOf(id) {
    const message = this.#known.get(id);
    if (!message) throw new Refusal(404, 'unknown_message', `The contact has not seen the message ${id}`);
    return message;
  }

  async #onConnection({ connection, qr, lastDisconnect }, options) {
    if (qr) this.#emit('qr', { qr });
    if (connection === 'open') this.#emit('connection', { state: 'open', jid: this.user.id, lid: this.user.lid });
    if (connection !== 'close') return;
    const code = lastDisconnect?.error?.output?.statusCode;
    // Real clients learn their name from the phone's settings; without one, Baileys never says that it is available.
    if (this.user && code === DisconnectReason.restartRequired) this.user.name ??= this.#name;
    this.#emit('connection', { state: 'closed', code });
    if (!this.#wanted || FINAL.has(code)) return;
    if (code !== DisconnectReason.restartRequired) await pause(RECONNECT_PAUSE_MS);
    if (this.#wanted) this.connect(options);
  }

  // Own messages come back too; what counts as received is told apart by `fromMe`.
  #onMessage(message) {
    const { id, fromMe = false, remoteJid, remoteJidAlt, participant } = message.key;
    if (message.messageStubType === proto.WebMessageInfo.StubType.CIPHERTEXT) {
      this.#emit('failure', { id, from: remoteJid, reason: message.messageStubParameters?.[0] });
      return;
    }
    if (fromMe) this.#onEarlyStatus(message);
    const description = describe(message.message);
    if (!description) return;
    if (!this.#known.has(id)) this.#known.set(id, message);
    this.#emit('message', {
      id,
      fromMe,
      chat: remoteJid,
      ...(remoteJidAlt ? { chatAlternative: remoteJidAlt } : {}),
      ...(participant ? { participant } : {}),
      at: Number(message.messageTimestamp),
      ...description,
    });
  }

  // What the server says of a message before Baileys shows the message itself is no update of its own, but part of what is shown.
  #onEarlyStatus({ key, status, messageStubParameters, userReceipt }) {
    if (status !== proto.WebMessageInfo.Status.PENDING) this.#onUpdate({ key, update: { status, messageStubParameters } });
    for (const receipt of userReceipt ?? []) this.#onGroupReceipt({ key, receipt });
  }

  // Edits and deletes arrive a second time as updates; only the status is of interest here.
  #onUpdate({ key, update }) {
    if (update.status === undefined || update.status === null) return;
    const code = update.messageStubParameters?.[0];
    this.#emit('status', { id: key.id, status: STATUS[update.status], ...(code ? { code } : {}) });
  }

  #onGroupReceipt({ key, receipt }) {
    this.#emit('status', { id: key.id, status: receipt.readTimestamp ? 'read' : 'delivered', by: receipt.userJid });
  }
}
