// The past that the phone hands over when a device is linked: who is who, what they are called, and what was said, in pieces that fit the
// channel.
import { proto, type BaileysEventMap, type WAMessage } from 'baileys';
import { findChat, isGroup, lidOf, phoneOf, plainJid } from './addresses.js';
import { seenMessage } from './content-in.js';
import type { LineEvent, OwnIdentity, SeenMessage } from './protocol.js';

const MOST_MESSAGES_A_PIECE = 500;
const MOST_BYTES_A_PIECE = 1_048_576;
const MOST_NAME_CHARACTERS = 256;
/** What WhatsApp shows of people who have no name: their number, with or without the middle part. */
const NO_NAME = /^[+\d\s().∙•-]*$/u;

const { INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND } = proto.HistorySync.HistorySyncType;
const WITH_MESSAGES = new Set<number>([INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND]);
/** The kinds that end; an account with little to tell ends with the first one. */
const ENDING = new Set<number>([INITIAL_BOOTSTRAP, RECENT, FULL]);

export type HistorySet = BaileysEventMap['messaging-history.set'];

/**
 * Identities before the names and messages that use them, and messages from old to new. Only the last piece is complete.
 * Reactions, edits and deletions of the past are not told: the messages come as they are now.
 */
export function historyEvents(set: HistorySet, own: OwnIdentity | null): LineEvent[] {
  const at = Date.now();
  const pairs = addressPairs(set);
  const others = new Map(
    pairs.flatMap(
      ({ lid, number }) =>
        [
          [lid, number],
          [number, lid],
        ] as const,
    ),
  );
  return [...identityEvents(pairs, at), ...nameEvents(set, others, own, at), ...messageEvents(set, others, own, at)];
}

/**
 * The two addresses of a person, wherever they stand together. Baileys puts sets together that come quickly one after the other, and then
 * loses the mappings, but neither contacts nor chats.
 */
function addressPairs({ lidPnMappings, contacts, chats }: HistorySet): { lid: string; number: string }[] {
  const pairs = [
    ...(lidPnMappings ?? []).map(({ lid, pn }) => [lid, pn]),
    ...(contacts ?? []).flatMap(({ id, lid, phoneNumber }) => [
      [lid, id],
      [id, phoneNumber],
      [lid, phoneNumber],
    ]),
    ...(chats ?? []).flatMap(({ id, lidJid, pnJid }) => [
      [lidJid, id],
      [id, pnJid],
    ]),
  ];
  return pairs.flatMap(([hidden, named]) => {
    const [lid, number] = [lidOf(hidden), phoneOf(named) && plainJid(named)];
    return lid && number ? [{ lid, number }] : [];
  });
}

function identityEvents(pairs: ReturnType<typeof addressPairs>, at: number): LineEvent[] {
  const events = new Map<string, LineEvent>();
  for (const { lid, number } of pairs) {
    events.set(`${lid} ${number}`, { kind: 'identity_link', at, phoneNumber: phoneOf(number) ?? '', lid });
  }
  return [...events.values()];
}

function nameEvents({ contacts }: HistorySet, others: Map<string, string>, own: OwnIdentity | null, at: number): LineEvent[] {
  const events = new Map<string, LineEvent>();
  for (const { id, notify, name } of contacts ?? []) {
    const jid = plainJid(id);
    const chat = findChat({ remoteJid: jid, remoteJidAlt: others.get(jid ?? '') ?? null }, own);
    const called = (notify || name || '').slice(0, MOST_NAME_CHARACTERS);
    if (jid && chat && !NO_NAME.test(called)) events.set(jid, { kind: 'name', at, chat, name: called });
  }
  return [...events.values()];
}

function messageEvents(set: HistorySet, others: Map<string, string>, own: OwnIdentity | null, at: number): LineEvent[] {
  const syncType = set.syncType ?? -1;
  // Sets that were put together are of the kind of the last one, which may be one of names.
  if (!WITH_MESSAGES.has(syncType) && !set.messages?.length) return [];
  const messages = (set.messages ?? [])
    .map((message) => seenMessage(withBothAddresses(message, others), own))
    .filter((seen) => seen !== null)
    .sort((one, other) => one.at - other.at);
  const progress = WITH_MESSAGES.has(syncType) ? (set.progress ?? null) : null;
  const complete = ENDING.has(syncType) && progress === 100;
  return pieces(messages).map((piece, index, all) => {
    const last = index === all.length - 1;
    // Until its last piece a set is not as far as it says.
    return { kind: 'history', at, messages: piece, progress: last || progress !== 100 ? progress : 99, complete: complete && last };
  });
}

/** Messages of the past name one address, and in a group the author beside the key. */
function withBothAddresses(message: WAMessage, others: Map<string, string>): WAMessage {
  const { key } = message;
  const participant = key.participant ?? message.participant ?? null;
  const chat = plainJid(key.remoteJid);
  const alternatives = isGroup(chat)
    ? { participantAlt: others.get(plainJid(participant) ?? '') }
    : { remoteJidAlt: others.get(chat ?? '') };
  return { ...message, key: { ...key, ...(participant ? { participant } : {}), ...withoutUndefined(alternatives) } };
}

function withoutUndefined(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** At least one piece, which may be empty: progress is told even without messages. */
function pieces(messages: readonly SeenMessage[]): SeenMessage[][] {
  const all: SeenMessage[][] = [[]];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message));
    if ((all.at(-1)?.length ?? 0) >= MOST_MESSAGES_A_PIECE || (bytes > 0 && bytes + size > MOST_BYTES_A_PIECE)) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(message);
    bytes += size;
  }
  return all;
}
