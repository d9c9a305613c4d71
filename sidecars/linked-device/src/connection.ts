// One socket's life, from the first byte to the last. Whatever happens to it is told once, as its end.
import type { ClientRequest } from 'node:http';
import {
  Browsers,
  makeWASocket,
  proto,
  type AuthenticationCreds,
  type BinaryNode,
  type UserFacingSocketConfig,
  type WAMessage,
  type WAMessageKey,
  type WASocket,
  type WAVersion,
} from 'baileys';
import type { ConnectionEnd } from './connection-end.js';
import { listenToHappenings } from './happenings.js';
import type { Journal } from './journal.js';
import type { KeyStore } from './key-store.js';
import { textOfFault, type Log } from './log.js';
import type { LineEvent, OwnIdentity } from './protocol.js';
import { Turns } from './turns.js';

/** Until WhatsApp's first answer. Baileys' own time-out does not run while an upgrade is refused by HTTP. */
const FIRST_ANSWER_MS = 25_000;
/** Until the login is complete; a first one uploads 812 keys. */
const LOGIN_MS = 60_000;
/** A socket that the other side does not close is cut. */
const CLOSE_MS = 2_000;
const KEEP_ALIVE_MS = 30_000;
/** Messages and events that wait for the host before nothing more is read from WhatsApp, and when reading goes on. */
const MOST_WAITING = 1_000;
const FEW_WAITING = 200;

/** What is used of the web socket below Baileys, which brings no types for it. */
interface WebSocket {
  readonly readyState: number;
  readonly CONNECTING: number;
  readonly CLOSED: number;
  once(event: 'close', listener: () => void): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

export interface ConnectionOf {
  lineId: string;
  log: Log;
  keys: KeyStore;
  journal: Journal;
  credentials: AuthenticationCreds;
  own(): OwnIdentity | null;
  version: WAVersion;
  deviceName: string;
  /** How this device presents itself: pairing by code works for well-known clients only. */
  standardName: boolean;
  syncFullHistory: boolean;
  qrTimeoutMs?: number | undefined;
  getMessage(key: WAMessageKey): Promise<proto.IMessage | undefined>;
  on: ConnectionEvents;
}

export interface ConnectionEvents {
  opened(): void;
  /** After `opened`. */
  inSync(): void;
  ended(end: ConnectionEnd): void;
  /** Of one that was asked for by `pairing`. */
  qr(payload: string): void;
  paired(): void;
  restrictedUntil(untilAt: number | null): void;
  ack(node: BinaryNode): void;
  /** Resolves when Baileys may go on with the receipt, and acknowledge it. */
  receipt(node: BinaryNode): Promise<void>;
  notification(node: BinaryNode): void;
  messages(messages: WAMessage[]): void;
  happened(event: LineEvent): void;
}

export class Connection {
  readonly socket: WASocket;
  readonly #of: ConnectionOf;
  readonly #ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  #end: ConnectionEnd | null = null;
  #said: ConnectionEnd | null = null;
  #open = false;
  #synced = false;
  readonly #messages = new Turns();
  #messagesWaiting = 0;
  #eventsWaiting = 0;
  #reading = true;
  #answered = false;
  #timer: NodeJS.Timeout;

  constructor(of: ConnectionOf) {
    this.#of = of;
    this.#ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.socket = makeWASocket(this.#config());
    this.#timer = setTimeout(() => this.#finish({ code: 408, source: 'network', reason: 'unreachable' }), FIRST_ANSWER_MS);
    this.#listenRaw();
    this.#listen();
  }

  get isOpen(): boolean {
    return this.#open && this.#end === null;
  }

  /** The socket of the operating system, once there is one. */
  get #webSocket(): WebSocket | null {
    return (this.socket.ws as unknown as { socket: WebSocket | null }).socket;
  }

  /** Resolves when the socket is closed. */
  close(): Promise<void> {
    this.#finish({ code: 428, source: 'here' });
    return this.#ended;
  }

  /** At once, without a farewell. */
  terminate(): void {
    this.#finish({ code: 428, source: 'here' });
    this.#webSocket?.terminate();
  }

  /** Tells WhatsApp that a message arrived, which Baileys does not do by itself. */
  async confirm(jid: string, participant: string | undefined, id: string, type: string): Promise<void> {
    await this.socket.sendReceipt(jid, participant, [id], type as 'inactive');
  }

  /** While the host is behind, nothing more is taken from WhatsApp. */
  eventsWaiting(count: number): void {
    this.#eventsWaiting = count;
    this.#readOrWait();
  }

  #readOrWait(): void {
    const webSocket = this.#webSocket;
    const waiting = this.#messagesWaiting + this.#eventsWaiting;
    if (!webSocket || (this.#reading ? waiting <= MOST_WAITING : waiting >= FEW_WAITING)) return;
    this.#reading = !this.#reading;
    if (this.#reading) webSocket.resume();
    else webSocket.pause();
  }

  #config(): UserFacingSocketConfig {
    const { keys, credentials, version, deviceName, standardName, syncFullHistory, qrTimeoutMs, journal, getMessage } = this.#of;
    const { EZW_WA_URL: url } = process.env;
    return {
      auth: { creds: credentials, keys: { get: (type, ids) => keys.get(type, ids), set: (data) => keys.set(data) } },
      ...(url ? { waWebSocketUrl: url } : {}),
      version,
      browser: standardName ? Browsers.macOS('Chrome') : [deviceName, 'Chrome', '1.0'],
      logger: this.#logger(),
      // The store itself tries again for as long as that can help.
      transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
      makeSignalRepository: journal.repository,
      getMessage,
      keepAliveIntervalMs: KEEP_ALIVE_MS,
      // Otherwise the phone stops notifying its owner.
      markOnlineOnConnect: false,
      syncFullHistory,
      shouldSyncHistoryMessage: ({ syncType }) => syncFullHistory || syncType !== proto.HistorySync.HistorySyncType.FULL,
      emitOwnEvents: false,
      ...(qrTimeoutMs ? { qrTimeout: qrTimeoutMs } : {}),
    };
  }

  #listenRaw(): void {
    const { journal, on } = this.#of;
    const { ws } = this.socket;
    const emit = ws.emit.bind(ws) as (event: string, ...values: unknown[]) => boolean;
    // Stands before Baileys: it acknowledges receipts when it has handled them, and the host has to have them first.
    ws.emit = (event: string | symbol, ...values: unknown[]): boolean => {
      if (event === 'CB:message') {
        void this.#handOver(values[0] as BinaryNode);
        return true;
      }
      if (event !== 'CB:receipt') return emit(event as string, ...values);
      void on.receipt(values[0] as BinaryNode).then(
        () => emit(event, ...values),
        () => undefined,
      );
      return true;
    };
    ws.on('frame', (frame: BinaryNode | Uint8Array) => {
      this.#restartTimer();
      if (!(frame instanceof Uint8Array)) journal.seen(frame);
    });
    ws.on('CB:ack,class:message', (node: BinaryNode) => on.ack(node));
    ws.on('CB:notification', (node: BinaryNode) => on.notification(node));
    ws.on('CB:failure', ({ attrs }: BinaryNode) => {
      this.#said = { code: Number(attrs.reason) || 500, source: 'server', expires: Number(attrs.expire) || undefined };
    });
    ws.on('CB:stream:error', (node: BinaryNode) => {
      this.#said = { code: codeOf(node), source: 'server' };
    });
    ws.on('unexpected-response', (request: ClientRequest) => {
      request.destroy();
      this.#finish({ code: 503, source: 'network', reason: 'unreachable' });
    });
    ws.on('error', () => this.#finish({ code: 408, source: 'network', reason: this.#answered ? undefined : 'unreachable' }));
  }

  /**
   * Messages are handled one after the other, in WhatsApp's order. Baileys itself keeps what waited while the line was away in a queue of
   * its own, which newer messages overtake; so it is not told what waited.
   */
  async #handOver(stanza: BinaryNode): Promise<void> {
    this.#messagesWaiting++;
    this.#readOrWait();
    delete stanza.attrs.offline;
    await this.#messages.take(async () => {
      const handlers = this.socket.ws.listeners('CB:message') as ((stanza: BinaryNode) => unknown)[];
      if (!this.#end) await Promise.allSettled(handlers.map(async (handle) => handle(stanza)));
    });
    this.#messagesWaiting--;
    this.#readOrWait();
  }

  #restartTimer(): void {
    if (this.#answered) return;
    this.#answered = true;
    clearTimeout(this.#timer);
    // A device that is not paired yet has its own time limit.
    if (this.#of.credentials.account) {
      this.#timer = setTimeout(() => this.#finish({ code: 408, source: 'network', reason: 'timed_out' }), LOGIN_MS);
    }
  }

  #listen(): void {
    const { on, keys, credentials } = this.#of;
    const { ev } = this.socket;
    // That they are not stored is told by the store.
    ev.on('creds.update', () => void keys.saveCredentials(credentials).catch(() => undefined));
    ev.on('connection.update', ({ connection, qr, isNewLogin, receivedPendingNotifications, reachoutTimeLock, lastDisconnect }) => {
      if (this.#end) return;
      if (qr) on.qr(qr);
      if (isNewLogin) on.paired();
      if (reachoutTimeLock) on.restrictedUntil(reachoutTimeLock.isActive ? (reachoutTimeLock.timeEnforcementEnds?.getTime() ?? 0) : null);
      if (connection === 'open') {
        clearTimeout(this.#timer);
        this.#open = true;
        on.opened();
        if (this.#synced) on.inSync();
      }
      // At a first login this comes before the login is complete.
      if (receivedPendingNotifications) this.#synced = true;
      if (receivedPendingNotifications && this.#open) on.inSync();
      if (connection === 'close') this.#finish(this.#endOf(lastDisconnect?.error));
    });
    // What is buffered when the connection ends is shown then, so these are heard after the end too.
    ev.on('messages.upsert', ({ messages }) => on.messages(messages));
    listenToHappenings(ev, this.#of.own, on.happened);
  }

  #endOf(error: Error | undefined): ConnectionEnd {
    const code = (error as { output?: { statusCode?: number } } | undefined)?.output?.statusCode ?? 428;
    return { code, source: 'network', reason: this.#answered ? undefined : 'unreachable' };
  }

  #finish(end: ConnectionEnd): void {
    if (this.#end) return;
    // What the server said last explains whatever the socket did then.
    this.#end = end.source === 'here' ? end : (this.#said ?? end);
    clearTimeout(this.#timer);
    const webSocket = this.#webSocket;
    const closed = (): void => {
      this.#resolveEnded();
      this.#of.on.ended(this.#end ?? end);
    };
    if (!webSocket || webSocket.readyState === webSocket.CLOSED) {
      this.#endBaileys();
      return closed();
    }
    const cut = setTimeout(() => webSocket.terminate(), CLOSE_MS);
    webSocket.once('close', () => {
      clearTimeout(cut);
      closed();
    });
    webSocket.resume();
    if (webSocket.readyState === webSocket.CONNECTING) webSocket.terminate();
    this.#endBaileys();
  }

  #endBaileys(): void {
    // An error that comes after the end must not be one that nobody listens to.
    this.socket.ws.on('error', () => undefined);
    void Promise.resolve(this.socket.end(undefined)).catch(() => undefined);
  }

  /** Baileys logs sessions, keys and messages as fields; only its fixed texts are kept. */
  #logger(): NonNullable<UserFacingSocketConfig['logger']> {
    const { log, lineId } = this.#of;
    const line = (level: 'debug' | 'warn') => (fields: unknown, text?: string) => {
      const fault = (fields as { err?: unknown; error?: unknown } | null)?.err ?? (fields as { error?: unknown } | null)?.error;
      const said = text ?? (typeof fields === 'string' ? fields : '');
      log.debug('engine', { lineId, severity: level, text: said, ...(fault ? { fault: textOfFault(fault) } : {}) });
    };
    const silent = (): void => undefined;
    const warn = line('warn');
    const logger = { level: 'warn', child: () => logger, trace: silent, debug: silent, info: silent, warn, error: warn };
    return logger;
  }
}

const CODES: Readonly<Record<string, number>> = { conflict: 440 };

function codeOf({ attrs, content }: BinaryNode): number {
  const [reason] = Array.isArray(content) ? content : [];
  // A device that was removed is told so as a conflict.
  if (reason?.attrs.type === 'device_removed') return 401;
  return Number(attrs.code) || (CODES[reason?.tag ?? ''] ?? 500);
}
