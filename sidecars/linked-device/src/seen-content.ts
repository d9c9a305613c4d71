// What a message says, from WhatsApp's protobuf message to the protocol's content. Whatever has no words there is handed on whole, as
// unsupported, so that nothing a person wrote is lost.
import { proto, type WAMessageKey } from 'baileys';
import { type FileKind, type FileMessage, referenceTo, sizeOf } from './media-reference.js';
import type { ContactCard, SeenContent, SeenFile } from './protocol.js';

const MOST_RAW_CHARACTERS = 65_536;
/** A line of the channel holds 4 MiB; no message of a person comes near a quarter of that. */
const MOST_CONTENT_BYTES = 1_048_576;
const MOST_WRAPPERS = 8;
const TRUNCATED = '{"truncated":true}';

/**
 * The raw form of a message is shown in APIs and holds no bytes at all: dozens of fields are keys (`mediaKey`, `attachmentMediaKey`,
 * `botMessageSecret`, …) or whole messages with theirs, WhatsApp adds more, and the rest are pictures. A few keys are texts.
 */
const KEYS_IN_TEXT = /key|secret|token/i;

/** Fields that carry no message of a person. The pictures of an album come as messages of their own. */
const SILENT_FIELDS = new Set([
  'senderKeyDistributionMessage',
  'fastRatchetKeySenderKeyDistributionMessage',
  'stickerSyncRmrMessage',
  'albumMessage',
]);

type Fields = Record<string, unknown>;
type Part = Fields & { contextInfo?: proto.IContextInfo | null };
type Reader = (part: never, key: WAMessageKey) => SeenContent | null;

/**
 * The message inside of its wrappers: once, disappearing, with caption, sent from another device, and whatever WhatsApp wraps next.
 * All of them have one shape, a field that is known with a message inside and nothing else of interest.
 */
export function unwrapped(message: proto.IMessage): { message: proto.IMessage; edited: boolean } {
  let inner = message;
  let edited = false;
  for (let depth = 0; depth < MOST_WRAPPERS; depth++) {
    const [name, wrapper] = fieldsOf(inner).find(([, value]) => isWrapper(value)) ?? [];
    if (!name) break;
    edited ||= name === 'editedMessage';
    inner = (wrapper as proto.Message.IFutureProofMessage).message ?? {};
  }
  return { message: inner, edited };
}

/** @returns null for what no person wrote @param message without its wrappers */
export function seenContent(message: proto.IMessage, key: WAMessageKey): SeenContent | null {
  const fields = fieldsOf(message);
  for (const [name, part] of fields) {
    const content = readerOf(name)?.(part as never, key);
    if (content) return isBounded(content) ? content : { kind: 'unsupported', providerType: name, raw: TRUNCATED };
  }
  const loud = fields.find(([name]) => !SILENT_FIELDS.has(name));
  if (loud) return unsupported(loud[0], message);
  // Nothing known: the message is of a kind that is newer than this client.
  return fields.length === 0 ? unsupported('unknown', message) : null;
}

export function unsupported(providerType: string, message: proto.IMessage): SeenContent {
  const plain = proto.Message.toObject(message as proto.Message, { longs: String, enums: String });
  const raw = JSON.stringify(plain, function (this: Fields, name, value: unknown) {
    return this[name] instanceof Uint8Array || (typeof value === 'string' && KEYS_IN_TEXT.test(name)) ? undefined : value;
  });
  return { kind: 'unsupported', providerType, raw: raw.length <= MOST_RAW_CHARACTERS ? raw : TRUNCATED };
}

/** The id of the message that this one answers. */
export function quotedId(message: proto.IMessage): string | null {
  for (const [, part] of fieldsOf(message)) {
    const id = (part as Part).contextInfo?.stanzaId;
    if (id) return id;
  }
  return null;
}

/** The text of a message, or the caption of its file; null when it can have neither. */
export function textOf(message: proto.IMessage): string | null {
  const { message: inner } = unwrapped(message);
  if (typeof inner.conversation === 'string' && inner.conversation) return inner.conversation;
  if (inner.extendedTextMessage) return inner.extendedTextMessage.text ?? '';
  const file = inner.imageMessage ?? inner.videoMessage ?? inner.ptvMessage ?? inner.documentMessage;
  return file ? (file.caption ?? '') : null;
}

/** The fields that are set, beside what belongs to no message in particular. */
function fieldsOf(message: proto.IMessage): [string, unknown][] {
  return Object.entries(message).filter(
    ([name, value]) => name !== 'messageContextInfo' && value !== null && value !== undefined && value !== '',
  );
}

function isWrapper(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'object' && value.message !== null;
}

function isBounded(content: SeenContent): boolean {
  return Buffer.byteLength(JSON.stringify(content)) <= MOST_CONTENT_BYTES;
}

const READERS: Readonly<Record<string, Reader>> = {
  conversation: (body: string) => ({ kind: 'text', body }),
  extendedTextMessage: ({ text }: proto.Message.IExtendedTextMessage) => ({ kind: 'text', body: text ?? '' }),
  imageMessage: (part: proto.Message.IImageMessage, key) => media('image', 'image', part, key),
  videoMessage: (part: proto.Message.IVideoMessage, key) => media('video', 'video', part, key),
  ptvMessage: (part: proto.Message.IVideoMessage, key) => media('video', 'video', part, key),
  audioMessage: (part: proto.Message.IAudioMessage, key) => media(part.ptt ? 'voice' : 'audio', 'audio', part, key),
  documentMessage: (part: proto.Message.IDocumentMessage, key) => media('document', 'document', part, key),
  stickerMessage: (part: proto.Message.IStickerMessage, key) => media('sticker', 'sticker', part, key),
  locationMessage: (part: proto.Message.ILocationMessage) => location(part, part.name, part.address, part.isLive ?? false),
  liveLocationMessage: (part: proto.Message.ILiveLocationMessage) => location(part, part.caption, null, true),
  contactMessage: (part: proto.Message.IContactMessage) => ({ kind: 'contacts', cards: [card(part)] }),
  contactsArrayMessage: ({ contacts }: proto.Message.IContactsArrayMessage) => ({ kind: 'contacts', cards: (contacts ?? []).map(card) }),
};

/** Polls have come in six versions so far, which differ in nothing that is shown. */
function readerOf(name: string): Reader | undefined {
  if (Object.hasOwn(READERS, name)) return READERS[name];
  return /^pollCreationMessage(V\d)?$/.test(name) ? poll : undefined;
}

type AnyFile = FileMessage & {
  mimetype?: string | null;
  fileName?: string | null;
  title?: string | null;
  caption?: string | null;
  width?: number | null;
  height?: number | null;
  seconds?: number | null;
};

/** Without a way to fetch the file it is not media but something to be opened on the phone. */
function media(shown: SeenMediaKind, kind: FileKind, part: AnyFile, key: WAMessageKey): SeenContent | null {
  const reference = referenceTo(kind, part, key);
  if (!reference) return null;
  const file: SeenFile = {
    reference,
    mimeType: part.mimetype || null,
    fileName: part.fileName || part.title || null,
    sizeBytes: sizeOf(part.fileLength),
    width: part.width || null,
    height: part.height || null,
    durationMs: part.seconds ? part.seconds * 1000 : null,
  };
  return { kind: 'media', media: shown, file, caption: part.caption || null };
}

type SeenMediaKind = Extract<SeenContent, { kind: 'media' }>['media'];

interface Place {
  degreesLatitude?: number | null;
  degreesLongitude?: number | null;
}

function location(place: Place, name: string | null | undefined, address: string | null | undefined, live: boolean): SeenContent | null {
  const latitude = place.degreesLatitude ?? 0;
  const longitude = place.degreesLongitude ?? 0;
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return { kind: 'location', latitude, longitude, name: name || null, address: address || null, live };
}

function poll({ name, options, selectableOptionsCount }: proto.Message.IPollCreationMessage): SeenContent {
  return {
    kind: 'poll',
    question: name ?? '',
    options: (options ?? []).map(({ optionName }) => optionName ?? ''),
    choices: selectableOptionsCount ?? 0,
  };
}

function card({ displayName, vcard }: proto.Message.IContactMessage): ContactCard {
  const vCard = vcard ?? '';
  // A line that begins with a space goes on with the one before (RFC 6350, 3.2).
  const lines = vCard.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const valuesOf = (property: string): string[] =>
    lines
      .filter((line) => new RegExp(`^(?:[\\w-]+\\.)?${property}(?:;[^:]*)?:`, 'i').test(line))
      .map((line) => line.slice(line.indexOf(':') + 1).trim())
      .filter((value) => value !== '');
  return { name: displayName || valuesOf('FN')[0] || '', phoneNumbers: valuesOf('TEL'), vCard };
}
