// The past that the phone hands over when a device is linked: who is who, what they are called, and what was said, in pieces that fit the
// channel.
import { processHistoryMessage, proto, type WAMessage } from 'baileys';
import { findChat, isGroup, lidOf, phoneOf, plainJid } from './addresses.js';
import { seenMessage } from './content-in.js';
import { fieldsIn } from './history-file.js';
import type { HistoryEvent, NamedChat, OwnIdentity, Person, SeenMessage } from './protocol.js';

const MOST_A_PIECE = 500;
const MOST_BYTES_A_PIECE = 1_048_576;
const MOST_NAME_CHARACTERS = 256;
/** What WhatsApp shows of people who have no name: their number, with or without the middle part. */
const NO_NAME = /^[+\d\s().∙•-]*$/u;

const { INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND } = proto.HistorySync.HistorySyncType;
const WITH_MESSAGES = new Set<number>([INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND]);
/** The kinds that end; an account with little to tell ends with the first one. */
const ENDING = new Set<number>([INITIAL_BOOTSTRAP, RECENT, FULL]);

/** Fields of a HistorySync message. */
const CHATS = 2;
const NAMES = 7;
const ADDRESSES = 15;

export interface PastOf {
  packed: Buffer;
  syncType: number;
  progress: number | null;
  own: OwnIdentity | null;
}

/** How far the past is told once all of a file is. */
export function progressOf(syncType: number, progress: number | null): Pick<HistoryEvent, 'progress' | 'complete'> {
  if (!WITH_MESSAGES.has(syncType)) return { progress: null, complete: false };
  return { progress, complete: ENDING.has(syncType) && progress === 100 };
}

export class Past {
  readonly #of: PastOf;
  /** From each address of a person to the other one. */
  readonly #others = new Map<string, string>();
  #gap = false;
  /** What the engine wants to know of it besides; whole when the events are through. */
  readonly learned: { conversations: proto.IConversation[]; phoneNumberToLidMappings: proto.IPhoneNumberToLIDMapping[] } = {
    conversations: [],
    phoneNumberToLidMappings: [],
  };

  constructor(of: PastOf) {
    this.#of = of;
  }

  /**
   * Messages come from old to new within a chat. Only the last event says how far this is. Reactions, edits and deletions of the past are
   * not told: the messages come as they are now.
   * @throws Fault `media_invalid`
   */
  async *events(): AsyncGenerator<HistoryEvent> {
    const { syncType, progress } = this.#of;
    const pieces = new Pieces();
    // At the end of the file stands what is needed from its beginning, so it is read twice.
    for await (const { field, bytes } of this.#fields(ADDRESSES, NAMES)) {
      if (field === ADDRESSES) this.#addMapping(proto.PhoneNumberToLIDMapping.decode(bytes), pieces);
      else this.#addName(proto.Pushname.decode(bytes), pieces);
      yield* pieces.full();
    }
    if (WITH_MESSAGES.has(syncType)) {
      for await (const { bytes } of this.#fields(CHATS)) {
        for (const message of this.#chat(proto.Conversation.decode(bytes), pieces)) {
          pieces.addMessage(message);
          yield* pieces.full();
        }
      }
    }
    const last = { ...progressOf(syncType, progress), ...(this.#gap ? { gap: true } : {}) };
    if (!pieces.isEmpty || last.progress !== null || this.#gap) yield { ...pieces.take(), ...last };
  }

  #fields(...wanted: number[]): ReturnType<typeof fieldsIn> {
    return fieldsIn(this.#of.packed, new Set(wanted), () => (this.#gap = true));
  }

  #addMapping(mapping: proto.IPhoneNumberToLIDMapping, pieces: Pieces): void {
    this.learned.phoneNumberToLidMappings.push(mapping);
    this.#pair(mapping.lidJid, mapping.pnJid, pieces);
  }

  #pair(hidden: string | null | undefined, named: string | null | undefined, pieces: Pieces): void {
    const lid = lidOf(hidden);
    const [phoneNumber, number] = [phoneOf(named), plainJid(named)];
    if (!lid || !phoneNumber || !number || this.#others.get(lid) === number) return;
    this.#others.set(lid, number);
    this.#others.set(number, lid);
    pieces.addPerson({ phoneNumber, lid });
  }

  #addName({ id, pushname }: proto.IPushname, pieces: Pieces): void {
    this.#name(id, pushname, pieces);
  }

  #name(id: string | null | undefined, name: string | null | undefined, pieces: Pieces): void {
    const jid = plainJid(id);
    const chat = findChat({ remoteJid: jid, remoteJidAlt: this.#others.get(jid ?? '') ?? null }, this.#of.own);
    const called = (name ?? '').slice(0, MOST_NAME_CHARACTERS);
    if (chat && !NO_NAME.test(called)) pieces.addName({ chat, name: called });
  }

  #chat(chat: proto.IConversation, pieces: Pieces): SeenMessage[] {
    const { id, pnJid, lidJid, tcToken, tcTokenTimestamp, tcTokenSenderTimestamp } = chat;
    if (tcToken?.length) this.learned.conversations.push({ id, pnJid, lidJid, tcToken, tcTokenTimestamp, tcTokenSenderTimestamp });
    const { contacts, messages, lidPnMappings } = processHistoryMessage({ conversations: [chat], syncType: this.#of.syncType });
    for (const { lid, pn } of lidPnMappings) this.#pair(lid, pn, pieces);
    for (const { id: jid, lid, phoneNumber } of contacts) this.#pair(lidOf(jid) ? jid : lid, phoneNumber ?? jid, pieces);
    for (const { id: jid, notify, name } of contacts) this.#name(jid, notify || name, pieces);
    return messages
      .map((message) => seenMessage(this.#withBothAddresses(message), this.#of.own))
      .filter((seen) => seen !== null)
      .sort((one, other) => one.at - other.at);
  }

  /** Messages of the past name one address, and in a group the author beside the key. */
  #withBothAddresses(message: WAMessage): WAMessage {
    const { key } = message;
    const participant = key.participant ?? message.participant ?? null;
    const chat = plainJid(key.remoteJid);
    const other = this.#others.get((isGroup(chat) ? plainJid(participant) : chat) ?? '');
    const alternative = other === undefined ? {} : isGroup(chat) ? { participantAlt: other } : { remoteJidAlt: other };
    return { ...message, key: { ...key, ...(participant ? { participant } : {}), ...alternative } };
  }
}

/** Gathers what is told until it fills a piece. */
class Pieces {
  #identities: Person[] = [];
  #names: NamedChat[] = [];
  #messages: SeenMessage[] = [];
  #bytes = 0;
  #next: SeenMessage | null = null;

  get isEmpty(): boolean {
    return this.#identities.length + this.#names.length + this.#messages.length === 0;
  }

  addPerson(person: Person): void {
    this.#identities.push(person);
  }

  addName(name: NamedChat): void {
    this.#names.push(name);
  }

  addMessage(message: SeenMessage): void {
    this.#next = message;
  }

  /** The piece that is full, if one is. A message that was added after it begins the next one. */
  *full(): Generator<HistoryEvent> {
    const size = this.#next ? Buffer.byteLength(JSON.stringify(this.#next)) : 0;
    const most = Math.max(this.#identities.length, this.#names.length, this.#messages.length);
    if (most >= MOST_A_PIECE || (this.#messages.length > 0 && this.#bytes + size > MOST_BYTES_A_PIECE)) {
      yield { ...this.take(), progress: null, complete: false };
    }
    if (!this.#next) return;
    this.#messages.push(this.#next);
    this.#bytes += size;
    this.#next = null;
  }

  take(): Pick<HistoryEvent, 'kind' | 'at' | 'identities' | 'names' | 'messages'> {
    const taken = { kind: 'history' as const, at: Date.now(), identities: this.#identities, names: this.#names, messages: this.#messages };
    [this.#identities, this.#names, this.#messages, this.#bytes] = [[], [], [], 0];
    return taken;
  }
}
