// WhatsApp's encryption of files: AES-256-CBC, with the first ten bytes of an HMAC over initialization vector and ciphertext at the end.
import { hkdfSync } from 'node:crypto';
import type { FileKind } from './media-reference.js';

export const MAC_BYTES = 10;
export const BLOCK_BYTES = 16;

/** What has keys of its own: files of messages, and the past that a phone hands over. */
export type KeyedKind = FileKind | 'history';

const KEY_NAMES: Readonly<Record<KeyedKind, string>> = {
  image: 'Image',
  sticker: 'Image',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  history: 'History',
};

export interface FileKeys {
  iv: Buffer;
  cipherKey: Buffer;
  macKey: Buffer;
}

export function fileKeys(mediaKey: Uint8Array, kind: KeyedKind): FileKeys {
  const bytes = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), `WhatsApp ${KEY_NAMES[kind]} Keys`, 112));
  return { iv: bytes.subarray(0, 16), cipherKey: bytes.subarray(16, 48), macKey: bytes.subarray(48, 80) };
}

/** How long a file is on the media host: padded to whole blocks, at least by one byte, and with the authentication code. */
export function encryptedLength(sizeBytes: number): number {
  return (Math.floor(sizeBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES + MAC_BYTES;
}
