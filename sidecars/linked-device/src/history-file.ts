// A file of the past, as the phone packs it: a HistorySync message, deflated. It may be large, so it is inflated and read field by field:
// what is in memory is the file as it came, and one chat of it.
import { createInflate } from 'node:zlib';
import { FileDownload } from './media-download.js';
import { gone, invalid } from './media-error.js';
import type { MediaHost } from './media-host.js';
import { isPath } from './media-reference.js';
import { MOST_CHUNK_BYTES } from './protocol.js';
import type { Announcement } from './history-jobs.js';

const MOST_PACKED_BYTES = 134_217_728;
const MOST_BYTES = 2_147_483_648;
/** One chat with what was said in it. */
const MOST_FIELD_BYTES = 67_108_864;
const TIMING = { answerMs: 30_000, stallMs: 30_000 };
const VARINT = 0;
const EIGHT_BYTES = 1;
const COUNTED = 2;
const FOUR_BYTES = 5;

/** @throws Fault `media_unavailable` when it is worth another try, `media_gone` or `media_invalid` when it is not */
export async function fetchPast(host: MediaHost, announcement: Announcement): Promise<Buffer> {
  const { initialHistBootstrapInlinePayload: inline, directPath, mediaKey, fileSha256, fileEncSha256 } = announcement;
  if (inline?.length) return Buffer.from(inline);
  if (!isPath(directPath) || !mediaKey?.length) throw invalid('The phone did not say where its past is.');
  const [sha256, encryptedSha256] = [Buffer.from(fileSha256 ?? []), Buffer.from(fileEncSha256 ?? [])];
  const reference = { kind: 'history', directPath, mediaKey: Buffer.from(mediaKey), sha256, encryptedSha256 } as const;
  const download = await FileDownload.open(host, reference, TIMING);
  if (!download) throw gone('The media host no longer has this part of the past.');
  try {
    return await whole(download);
  } finally {
    download.destroy();
  }
}

async function whole(download: FileDownload): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const { bytes, end } = await download.read(MOST_CHUNK_BYTES);
    chunks.push(bytes);
    size += bytes.length;
    if (size > MOST_PACKED_BYTES) throw invalid('This part of the past is larger than any that is read here.');
    if (end) return Buffer.concat(chunks, size);
  }
}

/** @param onOversized a wanted field was passed over, because it is larger than what is held in memory @throws Fault `media_invalid` */
export async function* fieldsIn(
  packed: Buffer,
  wanted: ReadonlySet<number>,
  onOversized: () => void,
): AsyncGenerator<{ field: number; bytes: Buffer }> {
  const inflated = createInflate();
  inflated.end(packed);
  const reader = new Reader(inflated);
  try {
    for (let tag = await reader.varint(); tag !== null; tag = await reader.varint()) {
      const field = Math.floor(tag / 8);
      const length = await lengthOf(reader, tag % 8);
      const isWanted = tag % 8 === COUNTED && wanted.has(field);
      if (isWanted && length <= MOST_FIELD_BYTES) {
        yield { field, bytes: await reader.take(length) };
      } else {
        if (isWanted) onOversized();
        await reader.skip(length);
      }
    }
  } finally {
    inflated.destroy();
  }
}

async function lengthOf(reader: Reader, type: number): Promise<number> {
  switch (type) {
    case VARINT:
      await reader.needVarint();
      return 0;
    case EIGHT_BYTES:
      return 8;
    case COUNTED:
      return reader.needVarint();
    case FOUR_BYTES:
      return 4;
    default:
      throw invalid('The past is not packed as phones pack it.');
  }
}

/** Bytes in the portions that are asked for, of a stream that comes in portions of its own. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);
  #read = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Null at the end. */
  async varint(): Promise<number | null> {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (this.#left.length === 0 && !(await this.#more())) {
        if (factor === 1) return null;
        throw cutOff();
      }
      const byte = this.#left[0] ?? 0;
      this.#left = this.#left.subarray(1);
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      if (factor > Number.MAX_SAFE_INTEGER) throw invalid('The past is not packed as phones pack it.');
    }
  }

  async needVarint(): Promise<number> {
    const value = await this.varint();
    if (value === null) throw cutOff();
    return value;
  }

  async take(length: number): Promise<Buffer> {
    const taken: Buffer[] = [];
    await this.#pass(length, (bytes) => taken.push(bytes));
    return Buffer.concat(taken, length);
  }

  skip(length: number): Promise<void> {
    return this.#pass(length, () => undefined);
  }

  async #pass(length: number, each: (bytes: Buffer) => void): Promise<void> {
    for (let left = length; left > 0; ) {
      if (this.#left.length === 0 && !(await this.#more())) throw cutOff();
      const bytes = this.#left.subarray(0, left);
      this.#left = this.#left.subarray(bytes.length);
      left -= bytes.length;
      each(bytes);
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next().catch(() => {
      throw invalid('The past cannot be unpacked.');
    });
    if (done) return false;
    this.#read += value.length;
    if (this.#read > MOST_BYTES) throw invalid('This part of the past is larger than any that is read here.');
    this.#left = value;
    return true;
  }
}

const cutOff = (): Error => invalid('The past is cut off.');
