// Files that are sent: encrypted on their way to WhatsApp's media host, chunk by chunk, never whole in memory and never on disk. The
// address of an upload names the hash of what is uploaded, so a file is read twice: once for the hash, and once to send it.
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { encryptedLength, fileKeys, MAC_BYTES } from './media-crypto.js';
import { UploadError } from './media-error.js';
import type { MediaHost } from './media-host.js';
import { type FileKind, isPath } from './media-reference.js';
import { HEAD_BYTES, secondsOf, shapeOf, TAIL_BYTES, type Shape } from './media-shape.js';
import type { MediaKind } from './protocol.js';

const MOST_HOSTS = 3;
/** These say nothing about the file: the credentials are too old, or the host is too busy. Every other 4xx is for good. */
const PASSING_REFUSALS = [401, 403, 408, 429];
const MOST_ANSWER_BYTES = 65_536;
const MOST_EMPTY_PULLS = 3;
const PATHS: Readonly<Record<FileKind, string>> = {
  image: '/mms/image',
  sticker: '/mms/image',
  video: '/mms/video',
  audio: '/mms/audio',
  document: '/mms/document',
};

export interface UploadTiming {
  wholeMs: number;
  /** Without any progress. */
  stallMs: number;
}

const TIMING: UploadTiming = { wholeMs: 300_000, stallMs: 30_000 };

/** Bytes of the file from an offset on; it may be asked from the start again. */
export type Pull = (offset: number) => Promise<{ bytes: Uint8Array; end: boolean }>;

/** Where WhatsApp wants files brought; Baileys' `refreshMediaConn` answers it. */
export interface MediaConnection {
  auth: string;
  hosts: readonly { hostname: string }[];
}

export interface Upload {
  media: MediaKind;
  sizeBytes: number;
  pull: Pull;
  /** @param refresh after a refusal, which may be due to credentials that are too old */
  connection: (refresh: boolean) => Promise<MediaConnection>;
  host: MediaHost;
  timing?: Partial<UploadTiming>;
}

/** What the message says of its file. */
export interface Uploaded extends Shape {
  url: string;
  directPath: string;
  mediaKey: Buffer;
  fileSha256: Buffer;
  fileEncSha256: Buffer;
  fileLength: number;
  mediaKeyTimestamp: number;
  seconds?: number;
}

export const fileKindOf = (media: MediaKind): FileKind => (media === 'voice' ? 'audio' : media);

/**
 * @throws UploadError `media_unreadable` (the file at the host), `media_refused` (WhatsApp does not take this file),
 * `media_upload_failed` (WhatsApp's side; worth another try)
 */
export async function upload(wanted: Upload): Promise<Uploaded> {
  const timing = { ...TIMING, ...wanted.timing };
  const mediaKey = randomBytes(32);
  const deadline = AbortSignal.timeout(timing.wholeMs);
  const seen = await survey(wanted, mediaKey, deadline);
  const place = await bring(wanted, mediaKey, seen.fileEncSha256, timing, deadline);
  return { ...place, ...seen, mediaKey, fileLength: wanted.sizeBytes, mediaKeyTimestamp: Math.floor(Date.now() / 1000) };
}

/** Reads the file once for its hashes and its shape. */
async function survey({ media, sizeBytes, pull }: Upload, mediaKey: Buffer, deadline: AbortSignal) {
  const hash = createHash('sha256');
  const encryptedHash = createHash('sha256');
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  const look = (bytes: Uint8Array): void => {
    hash.update(bytes);
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes]).subarray(0, HEAD_BYTES);
    tail = Buffer.concat([tail, bytes]).subarray(-TAIL_BYTES);
  };
  for await (const bytes of encrypted(watched(plain(pull, sizeBytes, deadline), look), mediaKey, fileKindOf(media)))
    encryptedHash.update(bytes);
  const seconds = media === 'voice' || media === 'audio' ? secondsOf(head, tail) : null;
  return {
    fileSha256: hash.digest(),
    fileEncSha256: encryptedHash.digest(),
    ...(media === 'image' || media === 'sticker' ? shapeOf(head) : {}),
    ...(seconds === null ? {} : { seconds }),
  };
}

async function bring(wanted: Upload, mediaKey: Buffer, hash: Buffer, timing: UploadTiming, deadline: AbortSignal) {
  let last = uploadFailed('WhatsApp named no host for files.');
  for (let attempt = 0; attempt < MOST_HOSTS; attempt++) {
    const { auth, hosts } = await asked(wanted.connection(attempt > 0));
    const names = wanted.host.pinned ? [wanted.host.pinned] : hosts.map(({ hostname }) => hostname);
    const name = names[attempt % names.length];
    if (!name) break;
    try {
      return await bringTo(name, auth, wanted, mediaKey, hash, timing, deadline);
    } catch (problem) {
      if (!(problem instanceof UploadError) || problem.code === 'media_unreadable' || deadline.aborted) throw problem;
      // With new credentials it is refused once more: it is the file that WhatsApp does not want.
      if (problem.code === 'media_refused' && attempt > 0) throw problem;
      last = problem;
    }
  }
  throw last;
}

async function bringTo(
  name: string,
  auth: string,
  { media, sizeBytes, pull, host }: Upload,
  mediaKey: Buffer,
  hash: Buffer,
  timing: UploadTiming,
  deadline: AbortSignal,
): Promise<{ url: string; directPath: string }> {
  const kind = fileKindOf(media);
  const token = hash.toString('base64url');
  const path = `${PATHS[kind]}/${token}?auth=${encodeURIComponent(auth)}&token=${token}`;
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': encryptedLength(sizeBytes) };
  const request = host.request(name, path, { method: 'POST', headers, timeout: timing.stallMs, signal: deadline });
  request.on('timeout', () => request.destroy(new Error('stalled')));
  const answered = answerTo(request);
  // Whichever fails first is what is reported; the other one must not be an unhandled rejection.
  answered.catch(() => undefined);
  try {
    await Promise.race([write(request, encrypted(plain(pull, sizeBytes, deadline), mediaKey, kind), hash), answered]);
  } catch (problem) {
    request.destroy();
    throw problem instanceof UploadError ? problem : uploadFailed('The media host broke off.');
  }
  return placeOf(await answered);
}

/** @throws UploadError when the file is not the one that was read before */
async function write(request: ClientRequest, bytes: AsyncIterable<Buffer>, expected: Buffer): Promise<void> {
  const hash = createHash('sha256');
  const closed = once(request, 'close');
  closed.catch(() => undefined);
  for await (const chunk of bytes) {
    hash.update(chunk);
    if (request.destroyed) throw uploadFailed('The media host broke off.');
    if (!request.write(chunk)) await Promise.race([once(request, 'drain'), closed]);
  }
  if (!hash.digest().equals(expected)) throw unreadable('The file changed while it was being sent.', true);
  request.end();
}

function answerTo(request: ClientRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(uploadFailed('The media host cannot be reached, or broke off.'));
    request.on('error', fail).on('close', fail);
    request.on('response', (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece: string) => {
        text += piece;
        if (text.length > MOST_ANSWER_BYTES) answer.destroy();
      });
      answer.on('error', fail);
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(refusal(answer.statusCode ?? 0))));
    });
  });
}

function placeOf(answer: string): { url: string; directPath: string } {
  try {
    const { url, direct_path: directPath } = JSON.parse(answer) as { url?: unknown; direct_path?: unknown };
    if (typeof url === 'string' && isPath(directPath)) return { url, directPath };
  } catch {
    // Said below.
  }
  throw uploadFailed('The media host did not say where the file is.');
}

/** The file as the host has it, of exactly the size that was said. */
async function* plain(pull: Pull, sizeBytes: number, deadline: AbortSignal): AsyncGenerator<Uint8Array> {
  let offset = 0;
  let empty = 0;
  for (;;) {
    if (deadline.aborted) throw uploadFailed('The upload took too long.');
    const { bytes, end } = await pulled(pull, offset);
    offset += bytes.length;
    empty = bytes.length === 0 ? empty + 1 : 0;
    if (offset > sizeBytes || (end && offset < sizeBytes)) throw unreadable('The file is not of the size that was said.', false);
    if (bytes.length > 0) yield bytes;
    if (end) return;
    if (empty > MOST_EMPTY_PULLS) throw unreadable('The file does not go on.', true);
  }
}

async function pulled(pull: Pull, offset: number): Promise<{ bytes: Uint8Array; end: boolean }> {
  try {
    return await pull(offset);
  } catch (problem) {
    const { code } = problem as { code?: unknown };
    throw unreadable('The host could not give the file.', code !== 'media_gone');
  }
}

async function* watched(chunks: AsyncIterable<Uint8Array>, look: (bytes: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const bytes of chunks) {
    look(bytes);
    yield bytes;
  }
}

async function* encrypted(chunks: AsyncIterable<Uint8Array>, mediaKey: Buffer, kind: FileKind): AsyncGenerator<Buffer> {
  const { iv, cipherKey, macKey } = fileKeys(mediaKey, kind);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv);
  const mac = createHmac('sha256', macKey).update(iv);
  for await (const chunk of chunks) {
    const bytes = cipher.update(chunk);
    mac.update(bytes);
    if (bytes.length > 0) yield bytes;
  }
  const bytes = cipher.final();
  mac.update(bytes);
  yield Buffer.concat([bytes, mac.digest().subarray(0, MAC_BYTES)]);
}

async function asked(connection: Promise<MediaConnection>): Promise<MediaConnection> {
  try {
    return await connection;
  } catch {
    throw uploadFailed('WhatsApp did not say where to bring files.');
  }
}

function refusal(status: number): UploadError {
  const forGood = status >= 400 && status < 500 && !PASSING_REFUSALS.includes(status);
  const message = `The media host answered with the status ${status}.`;
  return forGood ? new UploadError('media_refused', message, false) : uploadFailed(message);
}

const uploadFailed = (message: string): UploadError => new UploadError('media_upload_failed', message, true);
const unreadable = (message: string, retryable: boolean): UploadError => new UploadError('media_unreadable', message, retryable);
