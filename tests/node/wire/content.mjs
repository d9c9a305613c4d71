// Messages in the words of the admin door, to and from what Baileys calls them.
import { generateWAMessage, generateWAMessageFromContent, normalizeMessageContent, proto } from 'baileys';
import { Refusal } from './refusal.mjs';

const { Type } = proto.Message.ProtocolMessage;
const MEDIA_KINDS = ['image', 'video', 'audio', 'voice', 'document', 'sticker'];
const DEFAULT_MIME = {
  image: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg; codecs=opus',
  document: 'application/octet-stream',
  sticker: 'image/webp',
};

/** @typedef {{ key: proto.IMessageKey, message: proto.IMessage }} Known a message that the writer has seen or written */

/**
 * @param {object} wanted `kind` and what belongs to it
 * @param {(id: string) => Known | undefined} find
 * @param {object} options Baileys' options for generating
 * @returns {Promise<import('baileys').WAMessage>}
 */
export async function write(to, wanted, find, options) {
  const known = (id) => {
    const message = find(id);
    if (!message) throw new Refusal(404, 'unknown_message', `Nobody here has seen the message ${id}`);
    return message;
  };
  const quoted = wanted.quoted ? known(wanted.quoted) : undefined;
  const raw = rawContent(wanted);
  if (raw) return generateWAMessageFromContent(to, raw, { ...options, quoted });
  return generateWAMessage(to, contentOf(wanted, known), { ...options, quoted });
}

/** What Baileys has no words for goes out as the protobuf message that it is. */
function rawContent({ kind, live, latitude, longitude, name, message }) {
  if (kind === 'raw') return proto.Message.fromObject(message);
  if (kind !== 'location' || !live) return undefined;
  return proto.Message.fromObject({ liveLocationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, caption: name } });
}

function contentOf(wanted, known) {
  const { kind, text } = wanted;
  if (MEDIA_KINDS.includes(kind)) return mediaContent(wanted);
  switch (kind) {
    case 'text':
    case 'quote':
      return { text };
    case 'edit':
      return { text, edit: known(wanted.target).key };
    case 'delete':
      return { delete: known(wanted.target).key };
    case 'reaction':
      return { react: { text: wanted.emoji ?? '', key: known(wanted.target).key } };
    case 'location': {
      const { latitude, longitude, name, address } = wanted;
      return { location: { degreesLatitude: latitude, degreesLongitude: longitude, name, address } };
    }
    case 'contact': {
      const cards = (wanted.contacts ?? [wanted]).map(({ name, phone, vcard }) => ({
        displayName: name,
        vcard: vcard ?? cardOf(name, phone),
      }));
      return { contacts: { displayName: cards.length === 1 ? cards[0].displayName : `${cards.length} contacts`, contacts: cards } };
    }
    case 'poll':
      return { poll: { name: wanted.question, values: wanted.options, selectableCount: wanted.choices ?? 0 } };
    default:
      throw new Refusal(400, 'unknown_kind', `There is no kind of message ${kind}`);
  }
}

const cardOf = (name, phone) => `BEGIN:VCARD\nVERSION:3.0\nFN:${name}\nTEL;type=CELL;waid=${phone}:+${phone}\nEND:VCARD`;

function mediaContent({ kind, bytes, size, mime, caption, fileName, seconds, width, height }) {
  const file = bytes === undefined ? patterned(size ?? 4096) : Buffer.from(bytes, 'base64');
  const mimetype = mime ?? DEFAULT_MIME[kind];
  if (kind === 'voice') return { audio: file, ptt: true, mimetype, seconds: seconds ?? 3 };
  if (kind === 'audio') return { audio: file, mimetype, seconds: seconds ?? 3 };
  const shape = { width, height, seconds: kind === 'video' ? seconds : undefined };
  return { [kind]: file, mimetype, caption, fileName: fileName ?? (kind === 'document' ? 'document.bin' : undefined), ...shape };
}

/** A file that differs in every place, so that a piece put in the wrong place shows. */
function patterned(size) {
  const bytes = Buffer.alloc(size);
  for (let place = 0; place < size; place++) bytes[place] = place ^ (place >> 8) ^ (place >> 16);
  return bytes;
}

/** @param {proto.IMessage | null | undefined} message @returns {object | undefined} nothing for messages that no person reads */
export function describe(message) {
  const content = normalizeMessageContent(message);
  if (!content) return undefined;
  const [field, part] = Object.entries(content).find(([name, value]) => value && DESCRIBERS[name]) ?? [];
  if (!field) return describeOther(content);
  const context = part.contextInfo;
  return { ...DESCRIBERS[field](part), ...(context?.stanzaId ? { quoted: context.stanzaId } : {}) };
}

const mediaOf = (kind) => (part) => ({
  kind,
  mime: part.mimetype,
  size: Number(part.fileLength ?? 0),
  sha256: part.fileSha256 && Buffer.from(part.fileSha256).toString('hex'),
  ...(part.caption ? { caption: part.caption } : {}),
  ...(part.fileName ? { fileName: part.fileName } : {}),
  ...(part.seconds ? { seconds: part.seconds } : {}),
});

const DESCRIBERS = {
  conversation: (text) => ({ kind: 'text', text }),
  extendedTextMessage: ({ text, matchedText, title }) => ({ kind: 'text', text, ...(matchedText ? { link: matchedText, title } : {}) }),
  imageMessage: mediaOf('image'),
  videoMessage: mediaOf('video'),
  audioMessage: (part) => mediaOf(part.ptt ? 'voice' : 'audio')(part),
  documentMessage: mediaOf('document'),
  stickerMessage: mediaOf('sticker'),
  locationMessage: ({ degreesLatitude, degreesLongitude, name, address }) => ({
    kind: 'location',
    latitude: degreesLatitude,
    longitude: degreesLongitude,
    ...(name ? { name } : {}),
    ...(address ? { address } : {}),
  }),
  liveLocationMessage: ({ degreesLatitude, degreesLongitude, caption }) => ({
    kind: 'location',
    live: true,
    latitude: degreesLatitude,
    longitude: degreesLongitude,
    ...(caption ? { name: caption } : {}),
  }),
  pollCreationMessage: describePoll,
  pollCreationMessageV2: describePoll,
  pollCreationMessageV3: describePoll,
  contactMessage: ({ displayName, vcard }) => ({ kind: 'contact', contacts: [{ name: displayName, vcard }] }),
  contactsArrayMessage: ({ contacts }) => ({
    kind: 'contact',
    contacts: contacts.map((one) => ({ name: one.displayName, vcard: one.vcard })),
  }),
  reactionMessage: ({ key, text }) => ({ kind: 'reaction', target: key.id, emoji: text ?? '' }),
  interactiveMessage: (part) => ({ kind: 'interactive', content: proto.Message.InteractiveMessage.toObject(part, { bytes: String }) }),
  protocolMessage: describeProtocol,
};

function describePoll({ name, options, selectableOptionsCount }) {
  return { kind: 'poll', question: name, options: options.map(({ optionName }) => optionName), choices: selectableOptionsCount ?? 0 };
}

function describeProtocol({ type, key, editedMessage }) {
  if (type === Type.REVOKE) return { kind: 'delete', target: key.id };
  if (type === Type.MESSAGE_EDIT) return { kind: 'edit', target: key.id, ...describeEdited(editedMessage) };
  return { kind: 'protocol', type: Type[type] };
}

function describeEdited(edited) {
  const { text, caption } = describe(edited) ?? {};
  return { text: text ?? caption };
}

function describeOther(content) {
  const kind = Object.keys(content).find((name) => name !== 'messageContextInfo' && name !== 'senderKeyDistributionMessage');
  return kind ? { kind: 'other', type: kind } : undefined;
}

/** What a sender tells the server of an encrypted message, by attributes of its stanza. */
export function stanzaTypes(message) {
  const { kind } = describe(message) ?? { kind: 'text' };
  if (kind === 'reaction') return { type: 'reaction' };
  if (MEDIA_KINDS.includes(kind)) return { type: 'media' };
  if (kind === 'poll') return { type: 'poll' };
  if (kind === 'edit') return { type: 'text', edit: '1' };
  return kind === 'delete' ? { type: 'text', edit: '7' } : { type: 'text' };
}
