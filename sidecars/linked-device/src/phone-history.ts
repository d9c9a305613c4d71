// Works off what the phone announces of its past, one file after the other, while the line is connected: each is fetched from the pinned media
// host and told to the host in pieces, and the announcement is forgotten when the last of them is committed. A crash in between tells the
// file from its beginning again, which changes nothing at the host.
import { setTimeout as pause } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { proto, type WAMessage } from 'baileys';
import type { Connection } from './connection.js';
import type { EventQueue } from './event-queue.js';
import { Fault, LineClosed } from './fault.js';
import { fetchPast } from './history-file.js';
import { HistoryJobs, type Announcement } from './history-jobs.js';
import { Past, progressOf } from './history.js';
import type { KeyStore } from './key-store.js';
import { textOfFault, type Log } from './log.js';
import type { MediaHost } from './media-host.js';
import type { OwnIdentity } from './protocol.js';
import { Slots } from './slots.js';
import { Turns } from './turns.js';

/** The host may be away, or the file not there yet; after these it is given up, and the past has a gap. */
const RETRY_MS = [5_000, 30_000, 120_000, 600_000];
/** Files in memory, of all lines. */
const slots = new Slots(2);

const { INITIAL_BOOTSTRAP, PUSH_NAME, RECENT, FULL, ON_DEMAND, NON_BLOCKING_DATA } = proto.HistorySync.HistorySyncType;
const TOLD = new Set<number>([INITIAL_BOOTSTRAP, PUSH_NAME, RECENT, ON_DEMAND, NON_BLOCKING_DATA]);

export interface PhoneHistoryOf {
  lineId: string;
  keys: KeyStore;
  events: EventQueue;
  media: MediaHost;
  log: Log;
  syncFullHistory: boolean;
  own(): OwnIdentity | null;
  retryMs?: readonly number[];
}

export class PhoneHistory {
  readonly #of: PhoneHistoryOf;
  readonly #jobs: HistoryJobs;
  readonly #turns = new Turns();
  #connected: { connection: Connection; end: AbortController } | null = null;

  constructor(of: PhoneHistoryOf) {
    this.#of = of;
    this.#jobs = new HistoryJobs(of.keys);
  }

  /** Resolves when the announcement is durable, or of no interest. False when it cannot be taken now. */
  async announced(id: string, announcement: Announcement): Promise<boolean> {
    const type = announcement.syncType ?? -1;
    if (!TOLD.has(type) && !(type === FULL && this.#of.syncFullHistory)) return true;
    if (!(await this.#jobs.add(id, announcement))) return false;
    this.#goOn();
    return true;
  }

  /** Works until the connection ends. */
  run(connection: Connection): void {
    this.stop();
    this.#connected = { connection, end: new AbortController() };
    this.#goOn();
  }

  stop(): void {
    this.#connected?.end.abort();
    this.#connected = null;
  }

  /** The device is gone, and what it was told of its past with it. */
  forget(): void {
    this.stop();
    this.#jobs.forget();
  }

  #goOn(): void {
    if (!this.#connected) return;
    const { connection, end } = this.#connected;
    void this.#turns.take(() => this.#workOff(connection, end.signal)).catch((problem: unknown) => {
      if (problem instanceof LineClosed || end.signal.aborted) return;
      this.#of.log.error('history_fault', { lineId: this.#of.lineId, fault: textOfFault(problem) });
    });
  }

  async #workOff(connection: Connection, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && connection.isOpen) {
      const job = await this.#jobs.first();
      if (!job) return;
      await this.#tell(job.announcement, connection, signal);
      await this.#jobs.done(job.id);
    }
  }

  /** @throws AbortError when the connection ends, LineClosed */
  async #tell(announcement: Announcement, connection: Connection, signal: AbortSignal): Promise<void> {
    const { events, log, lineId, retryMs = RETRY_MS } = this.#of;
    for (let attempt = 0; ; attempt++) {
      try {
        return await slots.run(() => this.#tellFile(announcement, connection, signal));
      } catch (problem) {
        if (!(problem instanceof Fault)) throw problem;
        log.warn('history_fault', { lineId, code: problem.code, attempt });
        const wait = problem.retryable ? retryMs[attempt] : undefined;
        if (wait !== undefined) {
          await pause(wait, undefined, { signal, ref: false });
          continue;
        }
        const far = progressOf(announcement.syncType ?? -1, announcement.progress ?? null);
        await events.publish({ kind: 'history', at: Date.now(), ...far, gap: true });
        return;
      }
    }
  }

  async #tellFile(announcement: Announcement, connection: Connection, signal: AbortSignal): Promise<void> {
    const { events, log, lineId, media, own } = this.#of;
    const packed = await fetchPast(media, announcement);
    const past = new Past({ packed, syncType: announcement.syncType ?? -1, progress: announcement.progress ?? null, own: own() });
    for await (const event of past.events()) await events.publish(event);
    // Without a connection the engine learns nothing, and the file has to be told again.
    signal.throwIfAborted();
    await teach(connection, past).catch((problem: unknown) => log.warn('history_fault', { lineId, fault: textOfFault(problem) }));
  }
}

/**
 * What the engine gets of an announcement is only that it came: it synchronizes other things when it does, and would fetch the file itself,
 * into memory as a whole.
 */
export function withoutPast(announcement: Announcement): Announcement {
  const { syncType = null, chunkOrder = null, progress = null } = announcement;
  return { syncType, chunkOrder, progress, initialHistBootstrapInlinePayload: packed({ syncType: historyType(syncType) }) };
}

/** Who is who, and the tokens by which WhatsApp knows that these chats are no strangers to each other. */
async function teach({ socket }: Connection, { learned }: Past): Promise<void> {
  if (learned.conversations.length === 0 && learned.phoneNumberToLidMappings.length === 0) return;
  const initialHistBootstrapInlinePayload = packed({ ...learned, syncType: ON_DEMAND });
  const historySyncNotification = { syncType: proto.Message.HistorySyncType.ON_DEMAND, initialHistBootstrapInlinePayload };
  const protocolMessage = { type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION, historySyncNotification };
  const key = { remoteJid: socket.user?.id ?? null, fromMe: true, id: 'history' };
  await socket.upsertMessage({ key, message: { protocolMessage } } as WAMessage, 'append');
}

const packed = (past: proto.IHistorySync): Uint8Array => deflateSync(proto.HistorySync.encode(past as proto.HistorySync).finish());

const historyType = (type: number | null): proto.HistorySync.HistorySyncType =>
  (type !== null && type <= ON_DEMAND ? type : INITIAL_BOOTSTRAP) as proto.HistorySync.HistorySyncType;
