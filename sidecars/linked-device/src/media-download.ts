// One file on its way from the media host: decrypted as it is read, and verified before its last byte is handed out.
import { createDecipheriv, createHash, createHmac, timingSafeEqual, type Decipher, type Hash, type Hmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { fileKeys, MAC_BYTES, type KeyedKind } from './media-crypto.js';
import { invalid, unavailable } from './media-error.js';
import type { MediaHost } from './media-host.js';
import type { MediaReference } from './media-reference.js';

/** What the host says of files that it no longer has, or whose address has expired. */
const GONE = new Set([403, 404, 410]);
/** WhatsApp lets nobody send more. */
const MOST_BYTES = 2 * 1024 * 1024 * 1024;

export interface DownloadTiming {
  answerMs: number;
  /** Of the host, while somebody waits for bytes. */
  stallMs: number;
}

/** What is needed to read a file and to verify it. */
export type DownloadReference = Pick<MediaReference, 'directPath' | 'mediaKey' | 'sha256' | 'encryptedSha256'> & { kind: KeyedKind };

export class FileDownload {
  readonly #reference: DownloadReference;
  readonly #answer: IncomingMessage;
  readonly #bytes: AsyncIterator<Buffer>;
  readonly #stallMs: number;
  readonly #decipher: Decipher;
  readonly #mac: Hmac;
  readonly #encryptedHash: Hash = createHash('sha256');
  readonly #hash: Hash = createHash('sha256');
  /** The end of what was received, which may be the authentication code. */
  #tail: Buffer = Buffer.alloc(0);
  #plain: Buffer[] = [];
  #plainBytes = 0;
  #receivedBytes = 0;
  #verified = false;

  private constructor(reference: DownloadReference, answer: IncomingMessage, stallMs: number) {
    const { iv, cipherKey, macKey } = fileKeys(reference.mediaKey, reference.kind);
    this.#reference = reference;
    this.#answer = answer;
    this.#bytes = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    this.#stallMs = stallMs;
    this.#decipher = createDecipheriv('aes-256-cbc', cipherKey, iv);
    this.#mac = createHmac('sha256', macKey).update(iv);
    // Between two reads nobody else listens; the next read then reports it.
    answer.on('error', () => undefined);
  }

  /** @returns null when the host no longer has the file there */
  static async open(host: MediaHost, reference: DownloadReference, { answerMs, stallMs }: DownloadTiming): Promise<FileDownload | null> {
    const answer = await ask(host, reference.directPath, answerMs);
    if (answer.statusCode === 200) return new FileDownload(reference, answer, stallMs);
    answer.destroy();
    if (GONE.has(answer.statusCode ?? 0)) return null;
    throw unavailable(`The media host answered with the status ${answer.statusCode}.`);
  }

  /** At most so many bytes. All but the verified last ones leave at least one behind. */
  async read(maxBytes: number): Promise<{ bytes: Buffer; end: boolean }> {
    while (!this.#verified && this.#plainBytes <= maxBytes) {
      const { done, value } = await this.#next();
      if (done) this.#verify();
      else this.#receive(value);
    }
    const all = Buffer.concat(this.#plain);
    const bytes = all.subarray(0, maxBytes);
    const rest = all.subarray(bytes.length);
    this.#plain = rest.length > 0 ? [rest] : [];
    this.#plainBytes = rest.length;
    return { bytes, end: this.#verified && rest.length === 0 };
  }

  destroy(): void {
    this.#answer.destroy();
    this.#plain = [];
  }

  async #next(): Promise<IteratorResult<Buffer, undefined>> {
    const stalled = setTimeout(() => this.#answer.destroy(new Error('stalled')), this.#stallMs);
    try {
      return (await this.#bytes.next()) as IteratorResult<Buffer, undefined>;
    } catch {
      throw unavailable('The media host broke off.');
    } finally {
      clearTimeout(stalled);
    }
  }

  #receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > MOST_BYTES) throw invalid('The file is larger than any that WhatsApp carries.');
    this.#encryptedHash.update(chunk);
    const all = Buffer.concat([this.#tail, chunk]);
    const ciphertext = all.subarray(0, Math.max(0, all.length - MAC_BYTES));
    this.#tail = all.subarray(ciphertext.length);
    this.#mac.update(ciphertext);
    this.#keep(this.#decipher.update(ciphertext));
  }

  #keep(plain: Buffer): void {
    this.#hash.update(plain);
    this.#plain.push(plain);
    this.#plainBytes += plain.length;
  }

  #verify(): void {
    const { sha256, encryptedSha256 } = this.#reference;
    if (!same(this.#encryptedHash.digest(), encryptedSha256)) throw invalid('The file is not the one that was sent.');
    if (!same(this.#mac.digest().subarray(0, MAC_BYTES), this.#tail)) throw invalid('The file was not encrypted with its key.');
    try {
      this.#keep(this.#decipher.final());
    } catch {
      throw invalid('The file cannot be decrypted.');
    }
    if (!same(this.#hash.digest(), sha256)) throw invalid('The decrypted file is not the one that was sent.');
    this.#verified = true;
  }
}

function ask(host: MediaHost, path: string, timeoutMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = host.request(host.downloads, path, {}, (answer) => {
      clearTimeout(late);
      resolve(answer);
    });
    const late = setTimeout(() => request.destroy(new Error('late')), timeoutMs);
    request.on('error', () => {
      clearTimeout(late);
      reject(unavailable('The media host cannot be reached.'));
    });
    request.end();
  });
}

const same = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);
