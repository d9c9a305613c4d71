// Between WhatsApp's addresses (JIDs) and the chats of the protocol. A person has a phone number, a LID (the identity that hides the
// number), or both; which of them a message names changes from one message to the next.
import type { Chat, OwnIdentity } from './protocol.js';

const PHONE_SERVER = 's.whatsapp.net';
const LID_SERVER = 'lid';
const GROUP_SERVER = 'g.us';

/** Other names of the two servers that people are on: old clients, and accounts hosted in the cloud. */
const SAME_SERVER: Readonly<Record<string, string>> = { 'c.us': PHONE_SERVER, hosted: PHONE_SERVER, 'hosted.lid': LID_SERVER };

/** E.164 without the plus sign; what is shorter is no person but a service of WhatsApp. */
const PHONE_DIGITS = /^[1-9]\d{4,14}$/;

/** The part of a message key that says who and where. */
export interface AddressedKey {
  remoteJid?: string | null;
  remoteJidAlt?: string | null;
  participant?: string | null;
  participantAlt?: string | null;
  fromMe?: boolean | null;
}

/** The address of a person or group without device and agent, on the server's common name; null when it is no address. */
export function plainJid(jid: string | null | undefined): string | null {
  const at = jid?.indexOf('@') ?? -1;
  if (!jid || at < 1) return null;
  const user = /^[^:_]*/.exec(jid.slice(0, at))?.[0];
  const server = jid.slice(at + 1);
  return user ? `${user}@${SAME_SERVER[server] ?? server}` : null;
}

/** The phone number that an address names, in E.164 with the plus sign. A LID looks like a number and is none. */
export function phoneOf(jid: string | null | undefined): string | null {
  const [user, server] = plainJid(jid)?.split('@') ?? [];
  return user && server === PHONE_SERVER && PHONE_DIGITS.test(user) ? `+${user}` : null;
}

/** The LID that an address names. */
export function lidOf(jid: string | null | undefined): string | null {
  const plain = plainJid(jid);
  return plain?.endsWith(`@${LID_SERVER}`) ? plain : null;
}

export function isGroup(jid: string | null | undefined): boolean {
  return jid?.endsWith(`@${GROUP_SERVER}`) ?? false;
}

/** Whether two addresses, each a number or a LID, are the same. */
export function sameJid(one: string | null | undefined, other: string | null | undefined): boolean {
  const plain = plainJid(one);
  return plain !== null && plain === plainJid(other);
}

/** Whether an address is the account itself, by either name. */
export function isOwn(jid: string | null | undefined, own: OwnIdentity | null | undefined): boolean {
  const phone = phoneOf(jid);
  if (phone) return phone === (own?.phoneNumber ?? phoneOf(own?.deviceId));
  return sameJid(lidOf(jid), own?.lid);
}

/**
 * The chat that a key is about, or null where there is none: status updates, channels, services of WhatsApp.
 * A message to a broadcast list reaches its receivers as one from its author.
 */
export function findChat(key: AddressedKey, own?: OwnIdentity | null): Chat | null {
  const { remoteJid, remoteJidAlt, participant, participantAlt, fromMe } = key;
  if (isGroup(remoteJid)) return { phoneNumber: null, lid: null, groupId: remoteJid ?? null };
  if (remoteJid?.endsWith('@broadcast')) {
    return remoteJid === 'status@broadcast' || fromMe ? null : personOf(participant, participantAlt, own);
  }
  return personOf(remoteJid, remoteJidAlt, own);
}

/** Like `findChat`, for keys that are known to be about a chat. */
export function chatOf(key: AddressedKey, own?: OwnIdentity | null): Chat {
  const chat = findChat(key, own);
  if (!chat) throw new TypeError('The key names no chat.');
  return chat;
}

/** Who wrote a message in a group; null elsewhere and for the owner's own. */
export function senderOf(key: AddressedKey): Chat | null {
  if (!isGroup(key.remoteJid) || key.fromMe) return null;
  return personOf(key.participant, key.participantAlt);
}

/** Where a message to a chat is sent: by LID where it is known. */
export function jidOf(chat: Chat): string {
  if (chat.groupId) return chat.groupId;
  if (chat.lid) return chat.lid;
  const digits = chat.phoneNumber?.replace(/^\+/, '') ?? '';
  if (!PHONE_DIGITS.test(digits)) throw new TypeError('The chat has no address.');
  return `${digits}@${PHONE_SERVER}`;
}

function personOf(jid: string | null | undefined, alternative: string | null | undefined, own?: OwnIdentity | null): Chat | null {
  // WhatsApp names the sender's other address, which of the owner's own messages is the owner's and not the chat's.
  const other = isOwn(alternative, own) && !isOwn(jid, own) ? null : alternative;
  const phoneNumber = phoneOf(jid) ?? phoneOf(other);
  const lid = lidOf(jid) ?? lidOf(other);
  return phoneNumber || lid ? { phoneNumber, lid, groupId: null } : null;
}
