// From the protocol's content to WhatsApp's protobuf messages: what is sent, and what is quoted or encrypted once more.
import { randomBytes } from 'node:crypto';
import { proto, type BinaryNode } from 'baileys';
import { jidOf, plainJid } from './addresses.js';
import type { Uploaded } from './media-out.js';
import { parseReference } from './media-reference.js';
import type { Chat, ContactCard, FoundMessage, MediaKind, OutgoingContent, OwnIdentity, SeenContent, SeenFile } from './protocol.js';

type OutgoingMedia = Extract<OutgoingContent, { kind: 'media' }>;
type OutgoingLink = Extract<OutgoingContent, { kind: 'cta_url' }>;

export interface Outgoing {
  message: proto.IMessage;
  /** What the stanza holds beside the encrypted message. */
  additionalNodes: BinaryNode[];
}

export interface OutgoingOptions {
  /** Of the file that the content names, which has been uploaded. */
  uploaded?: Uploaded | null;
  quote?: proto.IContextInfo | null;
  ctaUrlNative?: boolean;
}

/** The message of a send, and the nodes that it needs. */
export function outgoing(content: OutgoingContent, { uploaded, quote, ctaUrlNative = false }: OutgoingOptions = {}): Outgoing {
  const message = written(content, uploaded ?? null, ctaUrlNative);
  if (!message) throw new TypeError('The file of the message was not uploaded.');
  if (quote) quoteIn(message, quote);
  // Phones attach a secret to every message; reports of spam are made with it.
  message.messageContextInfo = { messageSecret: randomBytes(32) };
  const native = content.kind === 'cta_url' && ctaUrlNative;
  return { message: proto.Message.fromObject(message), additionalNodes: native ? [businessNode()] : [] };
}

/** The message that the host knows, for another encryption or a quote. Undefined, never empty, when it cannot be made again. */
export function protoOf(found: FoundMessage, { ctaUrlNative = false } = {}): proto.IMessage | undefined {
  if (!found.found) return undefined;
  const { content } = found;
  const message = 'file' in content ? mediaAgain(content.media, content.file, content.caption) : writtenAgain(content, ctaUrlNative);
  return message ? proto.Message.fromObject(message) : undefined;
}

/**
 * What makes a message an answer to another one of the same chat. Null when the host does not know that one: then the words go out alone.
 * A quoted file that cannot be shown again is named only; the phone has it.
 */
export function quoteOf(providerMessageId: string, chat: Chat, found: FoundMessage, own: OwnIdentity): proto.IContextInfo | null {
  if (!found.found) return null;
  const ownJid = (chat.lid && plainJid(own.lid)) || plainJid(own.deviceId);
  return {
    stanzaId: providerMessageId,
    participant: found.fromMe ? ownJid : jidOf(chat),
    quotedMessage: protoOf(found) ?? { conversation: '' },
  };
}

function written(content: OutgoingContent, uploaded: Uploaded | null, native: boolean): proto.IMessage | null {
  switch (content.kind) {
    case 'text':
      return { extendedTextMessage: { text: content.body } };
    case 'cta_url':
      return native ? nativeLink(content) : { extendedTextMessage: { text: linkAsText(content) } };
    case 'media':
      return uploaded && mediaMessage(content, uploaded);
  }
}

function writtenAgain(content: OutgoingContent | Exclude<SeenContent, { kind: 'media' }>, native: boolean): proto.IMessage | null {
  switch (content.kind) {
    case 'text':
    case 'cta_url':
      return written(content, null, native);
    case 'location': {
      const { latitude: degreesLatitude, longitude: degreesLongitude, name, address, live } = content;
      if (live) return { liveLocationMessage: { degreesLatitude, degreesLongitude, caption: name ?? null } };
      return { locationMessage: { degreesLatitude, degreesLongitude, name: name ?? null, address: address ?? null } };
    }
    case 'contacts':
      return cardsMessage(content.cards);
    case 'poll':
      return {
        pollCreationMessage: {
          name: content.question,
          options: content.options.map((optionName) => ({ optionName })),
          selectableOptionsCount: content.choices,
        },
      };
    // The file of a send must be uploaded again, and of what is unsupported the keys are not kept.
    case 'media':
    case 'unsupported':
      return null;
  }
}

function cardsMessage(cards: readonly ContactCard[]): proto.IMessage | null {
  const contacts = cards.map(({ name, vCard }) => ({ displayName: name, vcard: vCard }));
  const [only] = contacts;
  if (!only) return null;
  return contacts.length === 1
    ? { contactMessage: only }
    : { contactsArrayMessage: { displayName: `${contacts.length} contacts`, contacts } };
}

function linkAsText({ body, displayText, url }: OutgoingLink): string {
  return `${body}\n\n${displayText}: ${url}`;
}

/** Rendering of it depends on the receiving phone's version, which is why it is not the default. */
function nativeLink({ body, displayText, url }: OutgoingLink): proto.IMessage {
  const buttonParamsJson = JSON.stringify({ display_text: displayText, url, merchant_url: url });
  return {
    interactiveMessage: {
      body: { text: body },
      nativeFlowMessage: { buttons: [{ name: 'cta_url', buttonParamsJson }], messageParamsJson: '{}', messageVersion: 1 },
    },
  };
}

/** Without it phones accept the message and show nothing. */
function businessNode(): BinaryNode {
  return {
    tag: 'biz',
    attrs: { actual_actors: '2', host_storage: '2', privacy_mode_ts: String(Math.floor(Date.now() / 1000)) },
    content: [
      { tag: 'interactive', attrs: { type: 'native_flow', v: '1' }, content: [{ tag: 'native_flow', attrs: { v: '9', name: 'mixed' } }] },
      { tag: 'quality_control', attrs: { source_type: 'third_party' } },
    ],
  };
}

function mediaMessage({ media, mimeType, fileName, caption }: OutgoingMedia, uploaded: Uploaded): proto.IMessage {
  const { width, height, animated, seconds, ...file } = uploaded;
  return fileMessage(media, { ...file, mimetype: mimeType }, { caption, fileName, width, height, seconds, animated });
}

function mediaAgain(media: MediaKind, file: SeenFile, caption: string | null | undefined): proto.IMessage | null {
  const reference = parseReference(file.reference);
  if (!reference) return null;
  const { directPath, mediaKey, sha256: fileSha256, encryptedSha256: fileEncSha256, sizeBytes } = reference;
  const fields = { directPath, mediaKey, fileSha256, fileEncSha256, fileLength: sizeBytes ?? null, mimetype: file.mimeType ?? null };
  const { fileName, width, height, durationMs } = file;
  return fileMessage(media, fields, { caption, fileName, width, height, seconds: durationMs ? Math.round(durationMs / 1000) : null });
}

type FileFields = Pick<
  proto.Message.IDocumentMessage,
  'url' | 'directPath' | 'mediaKey' | 'fileSha256' | 'fileEncSha256' | 'fileLength' | 'mimetype' | 'mediaKeyTimestamp'
>;

interface FileDetails {
  caption?: string | null | undefined;
  fileName?: string | null | undefined;
  width?: number | null | undefined;
  height?: number | null | undefined;
  seconds?: number | null | undefined;
  animated?: boolean | undefined;
}

function fileMessage(media: MediaKind, file: FileFields, details: FileDetails): proto.IMessage {
  const { caption = null, fileName = null, width = null, height = null, seconds = null, animated = false } = details;
  switch (media) {
    case 'image':
      return { imageMessage: { ...file, caption, width, height } };
    case 'video':
      return { videoMessage: { ...file, caption, width, height, seconds } };
    case 'audio':
      return { audioMessage: { ...file, seconds, ptt: false } };
    case 'voice':
      // Phones play voice messages only when they are told the codec.
      return { audioMessage: { ...file, mimetype: withCodec(file.mimetype), seconds, ptt: true } };
    case 'sticker':
      return { stickerMessage: { ...file, width, height, isAnimated: animated } };
    case 'document': {
      const documentMessage = { ...file, caption, fileName, title: fileName };
      return caption ? { documentWithCaptionMessage: { message: { documentMessage } } } : { documentMessage };
    }
  }
}

const withCodec = (mimeType: string | null | undefined): string | null =>
  mimeType === 'audio/ogg' ? 'audio/ogg; codecs=opus' : (mimeType ?? null);

function quoteIn(message: proto.IMessage, quote: proto.IContextInfo): void {
  const inner = message.documentWithCaptionMessage?.message ?? message;
  for (const part of Object.values(inner) as unknown[]) if (typeof part === 'object') Object.assign(part ?? {}, { contextInfo: quote });
}
