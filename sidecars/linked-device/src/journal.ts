// The host is the journal: what a message says is committed there before WhatsApp is told that it arrived. Baileys sends the receipt as
// soon as a message is decrypted and shows the message afterwards; a crash in between would lose it. So the event is made where the
// message is decrypted, and decrypting returns only when the host has answered.
import { AsyncResource } from 'node:async_hooks';
import {
  cleanMessage,
  decodeMessageNode,
  DEFAULT_CONNECTION_CONFIG,
  proto,
  unpadRandomMax16,
  type AuthenticationCreds,
  type BinaryNode,
  type SignalRepositoryWithLIDStore,
  type UserFacingSocketConfig,
  type WAMessage,
  type WAMessageKey,
} from 'baileys';
import { findChat, isGroup, lidOf, phoneOf } from './addresses.js';
import { eventsOf } from './content-in.js';
import type { EventQueue } from './event-queue.js';
import type { Announcement } from './history-jobs.js';
import type { Host } from './host.js';
import type { KeyStore } from './key-store.js';
import type { Reports } from './line-reports.js';
import { withoutPast, type PhoneHistory } from './phone-history.js';
import type { OwnIdentity } from './protocol.js';

type MakeRepository = NonNullable<UserFacingSocketConfig['makeSignalRepository']>;

/** Encrypted parts of a message that are opened here; others Baileys refuses by itself. */
const OPENED = new Set(['pkmsg', 'msg', 'skmsg']);
/** Ids are forgotten when Baileys shows their message, which it may put off for 20 s. */
const MOST_REMEMBERED = 20_000;
/** Messages are padded; the last byte tells by how much. */
const LEAST_PADDING = Buffer.from([1]);

export interface JournalOf {
  host: Host;
  keys: KeyStore;
  events: EventQueue;
  history: Pick<PhoneHistory, 'announced'>;
  credentials: AuthenticationCreds;
  own(): OwnIdentity | null;
  /** Tells WhatsApp that a message arrived, which the host had before. */
  confirm(jid: string, participant: string | undefined, id: string, type: string): Promise<void>;
  /** What all connections of the line know. */
  reports: Pick<Reports, 'subjectOf' | 'opened'>;
}

/** Thrown into Baileys for a message that the host refused. */
class Refused extends Error {}

/** Not in the transaction of whoever asks, see `repository`. */
const outside = new AsyncResource('SignalRepository');

export class Journal {
  readonly #of: JournalOf;
  readonly #stanzas = new WeakMap<Uint8Array, { stanza: BinaryNode; last: boolean }>();
  readonly #confirmed = new WeakSet<BinaryNode>();
  readonly #journaled = new Set<string>();
  #repository: SignalRepositoryWithLIDStore | undefined;

  constructor(of: JournalOf) {
    this.#of = of;
  }

  /** To be told of every stanza before Baileys handles it. */
  seen(stanza: BinaryNode): void {
    if (stanza.tag !== 'message' || !Array.isArray(stanza.content)) return;
    const isOpened = ({ tag, attrs, content }: BinaryNode): boolean =>
      tag === 'enc' && OPENED.has(attrs.type ?? '') && content instanceof Uint8Array;
    const parts = stanza.content.filter(isOpened);
    parts.forEach(({ content }, index) => this.#stanzas.set(content as Uint8Array, { stanza, last: index === parts.length - 1 }));
  }

  /** Whether a message that Baileys shows has been told already. It is asked once of each. */
  wasTold(key: WAMessageKey): boolean {
    return this.#journaled.delete(idOf(key));
  }

  /**
   * Baileys encrypts within one long transaction, whose changes it writes after the message is sent, over what was received meanwhile.
   * Outside of it, each encryption is a transaction of its own, and durable before the message leaves.
   */
  readonly repository: MakeRepository = (auth, logger, lookUp) => {
    const inner = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, lookUp);
    const repository: SignalRepositoryWithLIDStore = {
      ...inner,
      decryptMessage: (wanted) => this.#open(wanted.ciphertext, () => inner.decryptMessage(wanted)),
      decryptGroupMessage: (wanted) => this.#open(wanted.msg, () => inner.decryptGroupMessage(wanted)),
      encryptMessage: (wanted) => outside.runInAsyncScope(() => inner.encryptMessage(wanted)),
      encryptGroupMessage: (wanted) => outside.runInAsyncScope(() => inner.encryptGroupMessage(wanted)),
      injectE2ESession: (wanted) => outside.runInAsyncScope(() => inner.injectE2ESession(wanted)),
      migrateSession: (from, to) => outside.runInAsyncScope(() => inner.migrateSession(from, to)),
      deleteSession: (jids) => outside.runInAsyncScope(() => inner.deleteSession(jids)),
    };
    this.#repository = repository;
    return repository;
  };

  /** Baileys must not go on with a message of a line that is closed: it would ask the sender to encrypt it once more. */
  #open(ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>): Promise<Uint8Array> {
    return this.#opened(ciphertext, decrypt).catch((problem: unknown) => {
      if (this.#of.host.closed) return new Promise<never>(() => undefined);
      throw problem;
    });
  }

  async #opened(ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const { stanza, last } = this.#stanzas.get(ciphertext) ?? { stanza: null, last: true };
    const { keys, reports } = this.#of;
    // Before anything is held back: WhatsApp may have to be asked.
    const subject = stanza?.attrs.from && isGroup(stanza.attrs.from) ? await reports.subjectOf(stanza.attrs.from) : null;
    let plaintext: Uint8Array;
    try {
      plaintext = await keys.hold(decrypt);
    } catch (problem) {
      void keys.release();
      if (stanza) await this.#confirmKnown(stanza);
      throw problem;
    }
    const message = stanza && this.#messageOf(stanza, plaintext);
    const past = message?.key.fromMe ? message.message?.protocolMessage?.historySyncNotification : null;
    if (stanza && message && past) {
      const shown = await this.#announce(stanza, message, past);
      if (last) reports.opened.add(stanza);
      return shown;
    }
    const told = stanza && message ? await this.#tell(stanza, message, subject) : false;
    if (!told) {
      const durable = keys.release();
      if (last) await durable;
    }
    if (stanza && last) reports.opened.add(stanza);
    return plaintext;
  }

  /** @returns false when the message has nothing to say */
  async #tell(stanza: BinaryNode, message: WAMessage, chatName: string | null): Promise<boolean> {
    const { keys, events, own } = this.#of;
    message.key = await this.completed(message.key);
    const all = eventsOf(message, own()).map((event) => (event.kind === 'message' ? { ...event, chatName } : event));
    const final = all.pop();
    if (!final) return false;
    for (const event of all) void events.publish(event).catch(() => undefined);
    if (!(await events.publish(final, (deliver) => keys.commitWith(deliver)))) {
      silence(stanza);
      throw new Refused('The host refused the message.');
    }
    this.#remember(message.key);
    return true;
  }

  /** Part of the past can be fetched. @returns what the engine gets to see of it, once the announcement is durable and may be confirmed */
  async #announce(stanza: BinaryNode, { key, message }: WAMessage, past: Announcement): Promise<Uint8Array> {
    const { keys, history } = this.#of;
    if (!(await history.announced(key.id ?? '', past))) {
      await keys.commitWith(() => Promise.resolve(false));
      silence(stanza);
      throw new Refused('Too much of the past waits already.');
    }
    await keys.release();
    const protocolMessage = { ...message?.protocolMessage, historySyncNotification: withoutPast(past) };
    return Buffer.concat([proto.Message.encode({ ...message, protocolMessage }).finish(), LEAST_PADDING]);
  }

  #messageOf(stanza: BinaryNode, plaintext: Uint8Array): WAMessage | null {
    const { me } = this.#of.credentials;
    if (!me) return null;
    try {
      const { fullMessage } = decodeMessageNode(stanza, me.id, me.lid ?? '');
      const opened = proto.Message.decode(unpadRandomMax16(plaintext));
      const message = { ...fullMessage, message: opened.deviceSentMessage?.message ?? opened } as WAMessage;
      cleanMessage(message, me.id, me.lid ?? '');
      return message;
    } catch {
      return null;
    }
  }

  /** The key with the other address of the person, where it is known without asking WhatsApp. */
  async completed(key: WAMessageKey): Promise<WAMessageKey> {
    if (isGroup(key.remoteJid)) {
      if (!key.participant || key.participantAlt) return key;
      const other = await this.otherAddress(key.participant);
      return other ? { ...key, participantAlt: other } : key;
    }
    const chat = findChat(key, this.#of.own());
    if (!chat || (chat.phoneNumber && chat.lid)) return key;
    const other = await this.otherAddress(key.remoteJid);
    return other ? { ...key, remoteJidAlt: other } : key;
  }

  async otherAddress(jid: string | null | undefined): Promise<string | null> {
    const { keys } = this.#of;
    const lid = lidOf(jid)?.split('@')[0];
    if (lid) {
      const { [`${lid}_reverse`]: number } = await keys.get('lid-mapping', [`${lid}_reverse`]);
      return number ? `${number}@s.whatsapp.net` : null;
    }
    const number = phoneOf(jid)?.slice(1);
    if (!number) return null;
    const { [number]: hidden } = await keys.get('lid-mapping', [number]);
    return hidden ? `${hidden}@lid` : null;
  }

  get lidMapping(): SignalRepositoryWithLIDStore['lidMapping'] | undefined {
    return this.#repository?.lidMapping;
  }

  /** A message that cannot be opened may have been opened before, and the connection broke before WhatsApp heard of it. */
  async #confirmKnown(stanza: BinaryNode): Promise<void> {
    if (this.#confirmed.has(stanza)) return;
    const { me } = this.#of.credentials;
    if (!me || !stanza.attrs.id) return;
    try {
      // It may be on its way to the host just now, opened on an earlier connection.
      await this.#of.events.settled();
      const { fullMessage, author } = decodeMessageNode(stanza, me.id, me.lid ?? '');
      const key = await this.completed(fullMessage.key);
      const chat = findChat(key, this.#of.own());
      if (!chat || !key.id || !key.remoteJid) return;
      const found = this.#of.reports.opened.has(stanza) || (await this.#of.host.find({ chat, providerMessageId: key.id })).found;
      if (!found || this.#confirmed.has(stanza)) return;
      this.#confirmed.add(stanza);
      silence(stanza);
      const hidden = lidOf(key.remoteJid) ?? lidOf(key.remoteJidAlt);
      const participant = key.fromMe && hidden ? author : (key.participant ?? undefined);
      await this.#of.confirm(key.remoteJid, participant, key.id, key.fromMe ? 'sender' : 'inactive');
    } catch {
      // Then Baileys asks the sender to encrypt it once more.
    }
  }

  #remember(key: WAMessageKey): void {
    this.#journaled.add(idOf(key));
    if (this.#journaled.size > MOST_REMEMBERED) for (const oldest of this.#journaled) return void this.#journaled.delete(oldest);
  }
}

/** By id and side only: the addresses may be changed on the way. */
const idOf = ({ id, fromMe, participant }: WAMessageKey): string => `${fromMe ? 1 : 0} ${id} ${participant ?? ''}`;

/** Baileys confirms or refuses whatever it handles. A stanza whose id cannot be read can be neither, and WhatsApp keeps it. */
function silence(stanza: BinaryNode): void {
  Object.defineProperty(stanza.attrs, 'id', {
    enumerable: true,
    get: () => {
      throw new Refused('Nothing is said to WhatsApp about this message.');
    },
  });
}
