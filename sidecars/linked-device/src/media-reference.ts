// What a file of a received message is fetched again with, in one opaque text. It contains the key of the file: the host seals it.
import type { proto, WAMessageKey } from 'baileys';

const PREFIX = 'wa1.';
const MOST_CHARACTERS = 8_192;
const KEY_BYTES = 32;
const HASH_BYTES = 32;

/** WhatsApp derives keys per kind of file; voice is audio, a video note is video. */
export type FileKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';

export interface MediaReference {
  kind: FileKind;
  directPath: string;
  mediaKey: Buffer;
  /** Hash of the file; without it the file cannot be verified and is refused. */
  sha256: Buffer;
  /** Hash of what the media host keeps. */
  encryptedSha256: Buffer;
  /** As declared by the sender. */
  sizeBytes: number | null;
  /** The message it came with, which the phone is asked by to bring the file again. */
  message: { remoteJid: string; id: string; fromMe: boolean; participant: string | null };
}

/** What the messages of all kinds of files have in common. */
export interface FileMessage {
  url?: string | null;
  directPath?: string | null;
  mediaKey?: Uint8Array | null;
  fileSha256?: Uint8Array | null;
  fileEncSha256?: Uint8Array | null;
  fileLength?: number | { toNumber(): number } | string | null;
}

interface Written {
  t: FileKind;
  p: string;
  k: string;
  h: string;
  e: string;
  s?: number | undefined;
  m: [remoteJid: string, id: string, fromMe: 0 | 1, participant?: string];
}

/** The reference to a message's file; null when it cannot be fetched, as in a message that may be opened on the phone only. */
export function referenceTo(kind: FileKind, file: FileMessage, key: WAMessageKey | proto.IMessageKey): string | null {
  const path = file.directPath || pathOf(file.url);
  if (!path || !file.mediaKey?.length || !key.remoteJid || !key.id) return null;
  const sizeBytes = sizeOf(file.fileLength);
  const message: Written['m'] = [key.remoteJid, key.id, key.fromMe ? 1 : 0];
  if (key.participant) message.push(key.participant);
  const written: Written = {
    t: kind,
    p: path,
    k: base64(file.mediaKey),
    h: base64(file.fileSha256),
    e: base64(file.fileEncSha256),
    ...(sizeBytes === null ? {} : { s: sizeBytes }),
    m: message,
  };
  const reference = PREFIX + Buffer.from(JSON.stringify(written)).toString('base64url');
  return reference.length <= MOST_CHARACTERS ? reference : null;
}

/** The same reference to another place, where the phone has brought the file. */
export function movedTo(reference: MediaReference, directPath: string): MediaReference {
  return { ...reference, directPath };
}

/** Null for what `referenceTo` did not write, or what cannot be verified. */
export function parseReference(text: string): MediaReference | null {
  if (!text.startsWith(PREFIX) || text.length > MOST_CHARACTERS) return null;
  try {
    const written = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString()) as Written;
    const [remoteJid, id, fromMe, participant] = written.m;
    const reference: MediaReference = {
      kind: written.t,
      directPath: written.p,
      mediaKey: Buffer.from(written.k, 'base64'),
      sha256: Buffer.from(written.h, 'base64'),
      encryptedSha256: Buffer.from(written.e, 'base64'),
      sizeBytes: Number.isSafeInteger(written.s) ? (written.s ?? null) : null,
      message: { remoteJid, id, fromMe: fromMe === 1, participant: participant ?? null },
    };
    return isWhole(reference) ? reference : null;
  } catch {
    return null;
  }
}

/** The size that a sender declares; null for none, and for nonsense. */
export function sizeOf(length: FileMessage['fileLength']): number | null {
  if (length === null || length === undefined) return null;
  const size = typeof length === 'object' ? length.toNumber() : Number(length);
  return Number.isSafeInteger(size) && size >= 0 ? size : null;
}

function isWhole({ kind, directPath, mediaKey, sha256, encryptedSha256 }: MediaReference): boolean {
  return (
    ['image', 'video', 'audio', 'document', 'sticker'].includes(kind) &&
    isPath(directPath) &&
    mediaKey.length === KEY_BYTES &&
    sha256.length === HASH_BYTES &&
    encryptedSha256.length === HASH_BYTES
  );
}

/** Whether it stays a path when the host is put in front: "//elsewhere" and "@elsewhere" would name another host. */
export function isPath(path: unknown): path is string {
  return typeof path === 'string' && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path);
}

/** Senders name the host as well. It is theirs to choose, so it is not used. */
function pathOf(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { pathname, search } = new URL(url);
  return pathname.length > 1 ? pathname + search : null;
}

const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
