// What one message of WhatsApp means for the line: a message of a person, or something that happened to an earlier one.
import { proto, WAMessageStubType, type WAMessage, type WAMessageKey } from 'baileys';
import { findChat, isGroup, isOwn, sameJid, senderOf } from './addresses.js';
import type { Chat, LineEvent, MessageTarget, OwnIdentity, SeenMessage } from './protocol.js';
import { quotedId, seenContent, textOf, unsupported, unwrapped } from './seen-content.js';

const MOST_BODY_CHARACTERS = 65_536;
const MOST_NAME_CHARACTERS = 256;
const MOST_EMOJI_CHARACTERS = 64;

const { Type } = proto.Message.ProtocolMessage;
type ProtocolMessage = proto.Message.IProtocolMessage;

/** Talk between the devices of an account, settings of a chat, and features of WhatsApp that no person reads. */
const SILENT_TYPES = new Set<number>([
  Type.EPHEMERAL_SETTING,
  Type.EPHEMERAL_SYNC_RESPONSE,
  Type.HISTORY_SYNC_NOTIFICATION,
  Type.APP_STATE_SYNC_KEY_SHARE,
  Type.APP_STATE_SYNC_KEY_REQUEST,
  Type.MSG_FANOUT_BACKFILL_REQUEST,
  Type.INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC,
  Type.APP_STATE_FATAL_EXCEPTION_NOTIFICATION,
  Type.SHARE_PHONE_NUMBER,
  Type.PEER_DATA_OPERATION_REQUEST_MESSAGE,
  Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
  Type.REQUEST_WELCOME_MESSAGE,
  Type.BOT_FEEDBACK_MESSAGE,
  Type.MEDIA_NOTIFY_MESSAGE,
  Type.CLOUD_API_THREAD_CONTROL_NOTIFICATION,
  Type.LID_MIGRATION_MAPPING_SYNC,
  Type.BOT_MEMU_ONBOARDING_MESSAGE,
  Type.STOP_GENERATION_MESSAGE,
  Type.LIMIT_SHARING,
  Type.AI_PSI_METADATA,
  Type.AI_QUERY_FANOUT,
  Type.GROUP_MEMBER_LABEL_CHANGE,
]);

const MISSED_CALLS = new Set<number>([
  WAMessageStubType.CALL_MISSED_VOICE,
  WAMessageStubType.CALL_MISSED_VIDEO,
  WAMessageStubType.CALL_MISSED_GROUP_VOICE,
  WAMessageStubType.CALL_MISSED_GROUP_VIDEO,
]);
const SUBJECTS = new Set<number>([WAMessageStubType.GROUP_CREATE, WAMessageStubType.GROUP_CHANGE_SUBJECT]);

/** A message with its chat, on the way to what it means. */
interface Arrived {
  key: WAMessageKey;
  chat: Chat;
  at: number;
  own: OwnIdentity | null;
}

/**
 * Empty for what no person wrote, and for what is in no chat: status updates, channels, messages that could not be decrypted yet.
 * Keys of reactions may be as the sender wrote them, or turned to the owner's view as Baileys turns them before it shows a message.
 */
export function eventsOf(message: WAMessage, own: OwnIdentity | null): LineEvent[] {
  const chat = findChat(message.key, own);
  if (!chat || !message.key.id) return [];
  const arrived: Arrived = { key: message.key, chat, at: timeOf(message), own };
  if (!message.message) return eventsWithoutMessage(message, arrived);
  const { message: inner, edited } = unwrapped(message.message);
  if (inner.protocolMessage) return protocolEvents(inner.protocolMessage, message, arrived);
  if (inner.reactionMessage) return reactionEvents(inner.reactionMessage, arrived);
  if (edited) return editEvents(message.key.id, textOf(inner), message, arrived);
  const seen = seenMessage(message, own);
  return seen ? [seen] : [];
}

/** The message of a person; null when it is none. */
export function seenMessage(message: WAMessage, own: OwnIdentity | null): SeenMessage | null {
  const chat = findChat(message.key, own);
  if (!chat || !message.key.id || !message.message) return null;
  const { message: inner } = unwrapped(message.message);
  if (inner.protocolMessage || inner.reactionMessage) return null;
  const content = seenContent(inner, message.key);
  return content && messageEvent(message, { key: message.key, chat, at: timeOf(message), own }, content, quotedId(inner));
}

/** WhatsApp's time of a message in milliseconds; ours where it names none. */
export function timeOf({ messageTimestamp }: Pick<WAMessage, 'messageTimestamp'>): number {
  const seconds = Number(messageTimestamp ?? 0);
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds * 1000 : Date.now();
}

function messageEvent(
  message: WAMessage,
  { key, chat, at }: Arrived,
  content: SeenMessage['content'],
  quotedProviderMessageId: string | null,
): SeenMessage {
  const fromMe = key.fromMe ?? false;
  return {
    kind: 'message',
    at,
    providerMessageId: key.id ?? '',
    chat,
    fromMe,
    ...(fromMe ? { origin: 'phone' as const } : {}),
    content,
    quotedProviderMessageId,
    senderName: fromMe ? null : cut(message.pushName || message.verifiedBizName || '', MOST_NAME_CHARACTERS) || null,
    sender: senderOf(key),
    chatName: null,
  };
}

function eventsWithoutMessage(message: WAMessage, arrived: Arrived): LineEvent[] {
  const { messageStubType: type, messageStubParameters: parameters } = message;
  if (type && SUBJECTS.has(type)) {
    const name: unknown = parameters?.[0];
    return typeof name === 'string' && name ? [nameEvent(arrived, name)] : [];
  }
  if (type && MISSED_CALLS.has(type)) {
    const providerType = (WAMessageStubType[type] ?? 'call_missed').toLowerCase();
    return [messageEvent(message, arrived, unsupported(providerType, {}), null)];
  }
  // Some messages may be opened on the phone only, and linked devices are told no more than that.
  return message.key.isViewOnce ? [messageEvent(message, arrived, unsupported('view_once_on_phone', {}), null)] : [];
}

function nameEvent({ at, chat }: Arrived, name: string): LineEvent {
  return { kind: 'name', at, chat, name: cut(name, MOST_NAME_CHARACTERS) };
}

function protocolEvents(happened: ProtocolMessage, message: WAMessage, arrived: Arrived): LineEvent[] {
  const type = happened.type ?? Type.REVOKE;
  if (type === Type.REVOKE) return deleteEvents(happened, arrived);
  if (type === Type.MESSAGE_EDIT && happened.editedMessage) {
    return editEvents(happened.key?.id, textOf(happened.editedMessage), message, arrived);
  }
  if (SILENT_TYPES.has(type)) return [];
  const content = unsupported(`protocolMessage/${Type[type] ?? type}`, { protocolMessage: happened });
  return [messageEvent(message, arrived, content, null)];
}

/** Only authors edit, so the message is of whoever edits it. */
function editEvents(id: string | null | undefined, body: string | null, message: WAMessage, arrived: Arrived): LineEvent[] {
  if (!id) return [];
  if (body === null) return [messageEvent(message, arrived, unsupported('editedMessage', message.message ?? {}), null)];
  const target = { chat: arrived.chat, providerMessageId: id, fromMe: arrived.key.fromMe ?? false };
  return [{ kind: 'edit', at: arrived.at, target, body: cut(body, MOST_BODY_CHARACTERS) }];
}

function deleteEvents({ key }: ProtocolMessage, arrived: Arrived): LineEvent[] {
  if (!key?.id) return [];
  return [
    { kind: 'delete', at: arrived.at, target: { chat: arrived.chat, providerMessageId: key.id, fromMe: deletedFromMe(key, arrived) } },
  ];
}

/** Everybody deletes their own messages, and admins those of others, whom the key then names. */
function deletedFromMe(key: proto.IMessageKey, { key: own, own: identity }: Arrived): boolean {
  if (own.fromMe) return key.fromMe ?? true;
  return isGroup(own.remoteJid) && isOwn(key.participant, identity);
}

function reactionEvents({ key, text }: proto.Message.IReactionMessage, arrived: Arrived): LineEvent[] {
  if (!key?.id) return [];
  const target: MessageTarget = { chat: arrived.chat, providerMessageId: key.id, fromMe: reactedFromMe(key, arrived) };
  const emoji = cut(text ?? '', MOST_EMOJI_CHARACTERS) || null;
  const fromMe = arrived.key.fromMe ?? false;
  return [{ kind: 'reaction', at: arrived.at, target, fromMe, sender: fromMe ? null : reactorOf(arrived), emoji }];
}

/** In a chat of two it is the other side. */
const reactorOf = ({ key, chat }: Arrived): Chat | null => (isGroup(key.remoteJid) ? senderOf(key) : chat);

/**
 * A reaction names its message from the view of whoever reacts; turned to the owner's view, it names the chat as the reaction's own key
 * does. In a group both views name the chat alike, so there the author decides, who is named unless it is the one who reacts.
 */
function reactedFromMe(key: proto.IMessageKey, { key: reaction, own }: Arrived): boolean {
  if (reaction.fromMe) return key.fromMe ?? false;
  if (isGroup(reaction.remoteJid)) return isOwn(key.participant, own);
  return sameJid(key.remoteJid, reaction.remoteJid) ? (key.fromMe ?? false) : !key.fromMe;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
