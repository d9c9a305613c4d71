// Files of received messages, which the host reads in chunks at its own pace. Each stream holds about one chunk in memory: what nobody
// pulls stays in the socket.
import { proto, type WAMessage } from 'baileys';
import { Fault } from './fault.js';
import { FileDownload } from './media-download.js';
import { gone, invalid, unavailable } from './media-error.js';
import type { MediaHost } from './media-host.js';
import { isPath, type MediaReference, movedTo, parseReference } from './media-reference.js';
import { MOST_CHUNK_BYTES } from './protocol.js';

const MOST_STREAMS = 64;
const MOST_PULLS_A_STREAM = 4;

export interface MediaTiming {
  answerMs: number;
  stallMs: number;
  reuploadMs: number;
  /** Without a pull for so long, a stream is closed. */
  idleMs: number;
}

const TIMING: MediaTiming = { answerMs: 30_000, stallMs: 30_000, reuploadMs: 30_000, idleMs: 60_000 };

/** Asks the phone to bring a file to a new place; null when the phone does not have it either. */
export type Reupload = (reference: MediaReference) => Promise<MediaReference | null>;

interface Stream {
  id: string;
  lineId: string;
  download: FileDownload;
  openPulls: number;
  /** The end of the queue of pulls. */
  lastPull: Promise<unknown>;
  failure: Fault | null;
  ended: boolean;
  idle: NodeJS.Timeout;
}

export class MediaStreams {
  readonly #host: MediaHost;
  readonly #timing: MediaTiming;
  readonly #streams = new Map<string, Stream>();
  #opening = 0;
  #lastId = 0;

  constructor(host: MediaHost, timing: Partial<MediaTiming> = {}) {
    this.#host = host;
    this.#timing = { ...TIMING, ...timing };
  }

  get count(): number {
    return this.#streams.size;
  }

  /** @param reupload null when the line has no connection: what is gone from the host may be there for another try later */
  async open(lineId: string, reference: string, reupload: Reupload | null): Promise<{ streamId: string; sizeBytes: number | null }> {
    const parsed = parseReference(reference);
    if (!parsed || !isPath(parsed.directPath)) throw invalid('The reference is none, or names what cannot be verified.');
    if (this.#streams.size + this.#opening >= MOST_STREAMS) throw new Fault('busy', 'Too many files are being read.', true);
    this.#opening++;
    try {
      const download = await this.#download(parsed, reupload);
      const stream = this.#keep(lineId, download);
      return { streamId: stream.id, sizeBytes: parsed.sizeBytes };
    } finally {
      this.#opening--;
    }
  }

  /** Pulls of one stream are answered in order. What comes after the end is empty. */
  async pull(streamId: string, maxBytes: number): Promise<{ bytes: Buffer; end: boolean }> {
    const stream = this.#streams.get(streamId);
    if (!stream) throw unavailable('There is no such stream, or it was closed.');
    if (stream.openPulls >= MOST_PULLS_A_STREAM) throw new Fault('busy', 'Too many pulls of one stream are open.', true);
    stream.openPulls++;
    clearTimeout(stream.idle);
    const size = Math.min(Math.max(1, Math.floor(maxBytes) || 1), MOST_CHUNK_BYTES);
    const pull = stream.lastPull.then(() => this.#read(stream, size));
    stream.lastPull = pull.catch(() => undefined);
    try {
      return await pull;
    } finally {
      stream.openPulls--;
      if (stream.openPulls === 0 && this.#streams.has(streamId)) this.#awaitPull(stream);
    }
  }

  close(streamId: string): void {
    const stream = this.#streams.get(streamId);
    if (stream) this.#fail(stream, unavailable('The stream was closed.'));
  }

  closeLine(lineId: string): void {
    for (const stream of this.#streams.values()) if (stream.lineId === lineId) this.close(stream.id);
  }

  closeAll(): void {
    for (const id of [...this.#streams.keys()]) this.close(id);
    this.#host.close();
  }

  async #download(reference: MediaReference, reupload: Reupload | null): Promise<FileDownload> {
    const download = await FileDownload.open(this.#host, reference, this.#timing);
    if (download) return download;
    if (!reupload) throw unavailable('The media host no longer has the file, and the phone cannot be asked without a connection.');
    const moved = await this.#reuploaded(reference, reupload);
    const again = moved && isPath(moved.directPath) ? await FileDownload.open(this.#host, moved, this.#timing) : null;
    if (!again) throw gone('Neither the media host nor the phone has the file.');
    return again;
  }

  async #reuploaded(reference: MediaReference, reupload: Reupload): Promise<MediaReference | null> {
    let late: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error('late')), this.#timing.reuploadMs);
    });
    try {
      return await Promise.race([reupload(reference), timeout]);
    } catch {
      // A phone that is off brings the file another time.
      throw unavailable('The phone did not bring the file again.');
    } finally {
      clearTimeout(late);
    }
  }

  #keep(lineId: string, download: FileDownload): Stream {
    const stream: Stream = {
      id: `s-${++this.#lastId}`,
      lineId,
      download,
      openPulls: 0,
      lastPull: Promise.resolve(),
      failure: null,
      ended: false,
      idle: setTimeout(() => undefined, 0),
    };
    this.#streams.set(stream.id, stream);
    this.#awaitPull(stream);
    return stream;
  }

  #awaitPull(stream: Stream): void {
    clearTimeout(stream.idle);
    stream.idle = setTimeout(() => this.close(stream.id), this.#timing.idleMs).unref();
  }

  async #read(stream: Stream, maxBytes: number): Promise<{ bytes: Buffer; end: boolean }> {
    if (stream.failure) throw stream.failure;
    if (stream.ended) return { bytes: Buffer.alloc(0), end: true };
    try {
      const chunk = await stream.download.read(maxBytes);
      if (stream.failure) throw stream.failure;
      if (chunk.end) {
        stream.ended = true;
        this.#forget(stream);
      }
      return chunk;
    } catch (problem) {
      const failure = problem instanceof Fault ? problem : unavailable('The file cannot be read.');
      this.#fail(stream, failure);
      throw stream.failure ?? failure;
    }
  }

  #fail(stream: Stream, failure: Fault): void {
    stream.failure ??= failure;
    this.#forget(stream);
  }

  #forget(stream: Stream): void {
    this.#streams.delete(stream.id);
    clearTimeout(stream.idle);
    stream.download.destroy();
  }
}

const NOT_ON_PHONE = 404;

/** A re-upload through Baileys' `updateMediaMessage`, which asks the phone for the file of a message. */
export function reuploadBy(update: (message: WAMessage) => Promise<WAMessage>): Reupload {
  return async (reference) => {
    try {
      const { message } = await update(messageOf(reference));
      const path = message && Object.values(message).find((part) => part?.directPath)?.directPath;
      return isPath(path) && path !== reference.directPath ? movedTo(reference, path) : null;
    } catch (problem) {
      if ((problem as { output?: { statusCode?: number } }).output?.statusCode === NOT_ON_PHONE) return null;
      throw problem;
    }
  };
}

function messageOf({ kind, mediaKey, directPath, message: key }: MediaReference): WAMessage {
  return {
    key: { remoteJid: key.remoteJid, id: key.id, fromMe: key.fromMe, ...(key.participant ? { participant: key.participant } : {}) },
    message: proto.Message.fromObject({ [`${kind}Message`]: { mediaKey, directPath } }),
  };
}
