// One line: its state, its connection, and what keeps it connected. A line has at most one socket, and the next is opened only after the
// last one was closed: two sockets of one device throw each other out.
import { setTimeout as pause } from 'node:timers/promises';
import type { AuthenticationCreds, BinaryNode } from 'baileys';
import { Acks } from './acks.js';
import type { Channel } from './channel.js';
import { nextAfter, OUTDATED, type ConnectionEnd, type Next } from './connection-end.js';
import { Connection } from './connection.js';
import { identityOf, removeDevice } from './device.js';
import { EventQueue } from './event-queue.js';
import { Fault, LineClosed } from './fault.js';
import { Host } from './host.js';
import { Journal } from './journal.js';
import { KeyStore } from './key-store.js';
import { Reports } from './line-reports.js';
import { textOfFault, type Log } from './log.js';
import type { MediaHost } from './media-host.js';
import { Pairing, type PairingMethod } from './pairing.js';
import type { HelloOptions, LineEvent, LinkState, OwnIdentity, PairingEnd, StateEvent } from './protocol.js';
import { Reconnection } from './reconnection.js';
import { NEW_CHATS_REFUSED, Restriction } from './restriction.js';
import { Turns } from './turns.js';
import { Renewal, type ClientVersion } from './version.js';

const PAIRING_PAUSE_MS = 1_000;
/** Kept while the last events and keys of a line that is closed are answered. */
const LAST_WRITES_MS = 5_000;
const PASSKEY_ONLY = 'This account links devices with a passkey only, which cannot be done here.';

export interface LineOf {
  lineId: string;
  epoch: number;
  identity: OwnIdentity | null;
  channel: Pick<Channel, 'request'>;
  log: Log;
  options: HelloOptions;
  version: ClientVersion;
  media: MediaHost;
  /** The host said that the line is somebody else's, or the line ended itself. */
  onGone(): void;
}

export class Line {
  readonly lineId: string;
  readonly epoch: number;
  readonly host: Host;
  readonly events: EventQueue;
  readonly acks: Acks;
  readonly #of: LineOf;
  readonly #keys: KeyStore;
  readonly #reports: Reports;
  readonly #again = new Reconnection();
  readonly #renewal: Renewal;
  /** Starting, stopping and pairing. */
  readonly #turns = new Turns();
  readonly #restriction = new Restriction({
    began: (untilAt) => this.#state('restricted', 'new_chats', NEW_CHATS_REFUSED, untilAt ? { untilAt } : {}),
    lifted: () => this.#state('connected', '', ''),
  });
  #identity: OwnIdentity | null;
  #credentials: AuthenticationCreds | null = null;
  #connection: Connection | null = null;
  #journal: Journal | null = null;
  #pairing: Pairing | null = null;
  #wanted = false;
  #closed = false;
  #isLost = false;
  #badSessions = 0;
  #lastState: LinkState = 'stopped';

  constructor(of: LineOf) {
    this.#of = of;
    this.lineId = of.lineId;
    this.epoch = of.epoch;
    this.#identity = of.identity;
    this.#renewal = new Renewal(of.version);
    this.host = new Host(of.channel, of.lineId, of.epoch, () => this.#lost());
    this.events = new EventQueue(this.host, (waiting) => this.#connection?.eventsWaiting(waiting));
    this.#keys = new KeyStore(this.host, () => this.#fail('engine_fault', 'The keys of this line cannot be stored.'));
    this.#reports = new Reports({
      ...of,
      ...of.options,
      host: this.host,
      events: this.events,
      keys: this.#keys,
      own: () => this.#identity,
      tell: (event) => this.#tell(event),
      subjectOf: async (groupId) => (await this.connection.socket.groupMetadata(groupId)).subject,
    });
    this.acks = new Acks((id, ack) => this.#reports.lateAck(id, ack));
  }

  get isConnected(): boolean {
    return this.#connection?.isOpen === true;
  }

  get identity(): OwnIdentity | null {
    return this.#identity;
  }

  /** It is owned under a newer epoch. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** As it was last told. */
  get state(): LinkState {
    return this.#lastState;
  }

  /** @throws Fault `not_connected` */
  get connection(): Connection {
    if (!this.#connection?.isOpen) throw Fault.notConnected();
    return this.#connection;
  }

  get journal(): Journal | null {
    return this.#journal;
  }

  start(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#pairing || this.#connection || this.#closed) return;
      this.#again.cancel();
      this.#wanted = true;
      this.#badSessions = 0;
      this.#renewal.forget();
      this.#credentials ??= await this.#keys.credentials();
      if (!this.#credentials?.account) {
        this.#wanted = false;
        return this.#state('logged_out', 'not_paired', 'This line is not linked to a phone.');
      }
      this.#identity = identityOf(this.#credentials) ?? this.#identity;
      this.#connect('starting', 'Connecting to WhatsApp.');
    });
  }

  stop(): Promise<void> {
    return this.#turns.take(() => this.#stop());
  }

  /** Nothing of this line follows. */
  async close(): Promise<void> {
    await this.#turns.take(async () => {
      await this.#stop();
      await Promise.race([Promise.all([this.events.settled(), this.#keys.settled()]), pause(LAST_WRITES_MS, undefined, { ref: false })]);
      this.#closed = true;
      this.host.close();
    });
  }

  /** At once, and without waiting for anybody: the process ends, or the line is somebody else's. */
  terminate(): void {
    this.#closed = true;
    this.#wanted = false;
    this.#again.cancel();
    this.#pairing?.finish();
    this.host.close();
    this.#connection?.terminate();
  }

  beginPairing(wanted: PairingMethod): Promise<void> {
    return this.#turns.take(async () => {
      if (this.isConnected) throw new Fault('already_paired', 'The line is connected.');
      await this.#disconnect();
      this.#reports.history.forget();
      this.#credentials = await this.#keys.clear();
      this.#identity = null;
      this.#wanted = true;
      const pairing: Pairing = new Pairing(wanted, {
        tell: (event) => this.#tell(event),
        ended: (reason, detail) => this.#pairingEnded(pairing, reason, detail),
      });
      this.#pairing = pairing;
      this.#connect('pairing', 'Waiting for the phone.');
    });
  }

  cancelPairing(): Promise<void> {
    return this.#turns.take(async () => {
      if (!this.#pairing) return;
      this.#pairing.end('canceled', 'The pairing was canceled.');
      await this.#disconnect();
    });
  }

  logout(): Promise<boolean> {
    return this.#turns.take(async () => {
      this.#wanted = false;
      const removed = await removeDevice(this.#connection, this.#credentials);
      await this.#disconnect();
      this.#credentials = null;
      this.#state('logged_out', 'logged_out_here', 'This device was removed from the account.');
      return removed;
    });
  }

  newChatsRefused(): void {
    this.#restriction.refused(this.#connection);
  }

  #connect(reason: string, detail: string): void {
    const credentials = this.#credentials;
    if (this.#closed || !this.#wanted || !credentials || this.#connection) return;
    this.#state('connecting', reason, detail);
    const journal = new Journal({
      host: this.host,
      keys: this.#keys,
      events: this.events,
      history: this.#reports.history,
      credentials,
      own: () => this.#identity,
      confirm: async (...received) => this.#connection?.confirm(...received),
      reports: this.#reports,
    });
    this.#journal = journal;
    const connection: Connection = new Connection({
      ...this.#of.options,
      lineId: this.lineId,
      log: this.#of.log,
      keys: this.#keys,
      journal,
      credentials,
      own: () => this.#identity,
      version: this.#of.version.current,
      standardName: this.#pairing?.wanted.method === 'code',
      qrTimeoutMs: this.#pairing?.qrTimeoutMs,
      getMessage: (key) => this.#reports.messageAgain(key, journal),
      on: {
        opened: () => this.#opened(connection),
        inSync: () => this.#inSync(),
        ended: (end) => this.#ended(connection, end),
        qr: (payload) => void this.#pairing?.ready(payload, connection),
        paired: () => this.#paired(),
        restrictedUntil: (untilAt) => this.#restriction.told(untilAt),
        ack: (node) => this.acks.seen(node),
        receipt: (node) => this.#reports.receipt(node),
        notification: (node) => this.#notification(node, connection),
        messages: (messages) => void this.#reports.messages(messages, journal).catch((problem: unknown) => this.#broken(problem)),
        happened: (event) => this.#reports.happened(event),
      },
    });
    this.#connection = connection;
  }

  #opened(connection: Connection): void {
    this.#reports.history.run(connection);
    this.#again.succeeded();
    this.#renewal.forget();
    this.#restriction.forget();
    if (this.#credentials) this.#identity = identityOf(this.#credentials) ?? this.#identity;
    this.#state('connected', '', '');
  }

  #inSync(): void {
    if (!this.#restriction.holds) this.#state('connected', 'in_sync', 'Everything that waited has been delivered.');
  }

  #paired(): void {
    if (this.#pairing?.confirm()) this.#state('connecting', 'authenticating', 'The phone has confirmed. Logging in.');
  }

  #ended(connection: Connection, end: ConnectionEnd): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.acks.connectionLost();
    this.#reports.history.stop();
    this.#of.log.info('connection_ended', { lineId: this.lineId, code: end.code, source: end.source });
    if (this.#closed || !this.#wanted || end.source === 'here') return;
    void this.#turns.take(() => this.#after(end)).catch((problem: unknown) => this.#broken(problem));
  }

  async #after(end: ConnectionEnd): Promise<void> {
    if (this.#closed || !this.#wanted || this.#connection) return;
    if (this.#pairing && (await this.#afterPairing(this.#pairing, end))) return;
    if (end.source === 'server') this.#badSessions = end.code === 500 ? this.#badSessions + 1 : 0;
    await this.#go(nextAfter(end, this.#badSessions));
  }

  /** @returns whether the end of this connection has been dealt with */
  async #afterPairing(pairing: Pairing, end: ConnectionEnd): Promise<boolean> {
    const credentials = this.#credentials;
    switch (pairing.after(end, Boolean(credentials?.account))) {
      case 'linked':
        if (credentials) await this.#linked(pairing, credentials);
        return false;
      case 'renew_version':
        if (await this.#renewal.tryOnce()) this.#connect('pairing', 'Waiting for the phone.');
        else pairing.end('refused', OUTDATED.detail);
        return true;
      case 'again':
        this.#again.after(PAIRING_PAUSE_MS, () => this.#connect('pairing', 'Waiting for the phone.'));
        return true;
      case 'over':
        return true;
    }
  }

  async #linked(pairing: Pairing, credentials: AuthenticationCreds): Promise<void> {
    await this.#keys.saveCredentials(credentials);
    pairing.finish();
    this.#pairing = null;
    this.#identity = identityOf(credentials);
    if (this.#identity) this.#tell({ kind: 'paired', at: Date.now(), identity: this.#identity });
  }

  async #go(next: Next): Promise<void> {
    switch (next.do) {
      case 'restart':
        return this.#connect('restart_required', 'WhatsApp asked for a new connection.');
      case 'reconnect':
        return this.#reconnect(next.reason, next.detail);
      case 'wait':
        this.#state(next.state, next.reason, next.detail, { untilAt: next.untilAt });
        return this.#again.at(next.untilAt, () => this.#connect('starting', 'Connecting to WhatsApp.'));
      case 'renew_version':
        if (await this.#renewal.tryOnce()) return this.#connect('starting', 'Connecting with the newest version.');
        return this.#go(OUTDATED);
      case 'stay':
        this.#wanted = false;
        if (next.state === 'logged_out') this.#credentials = null;
        return this.#state(next.state, next.reason, next.detail);
    }
  }

  #reconnect(reason: string, detail: string): void {
    const { attempt, waitMs } = this.#again.next();
    this.#state('reconnecting', reason, detail, { attempt, nextAttemptAt: Date.now() + waitMs });
    this.#again.after(waitMs, () => this.#connect('starting', 'Connecting to WhatsApp.'));
  }

  #pairingEnded(pairing: Pairing, reason: PairingEnd, detail: string): void {
    if (this.#pairing !== pairing) return;
    this.#pairingOver(reason, detail);
    this.#state('stopped', 'pairing_ended', detail);
  }

  #pairingOver(reason: PairingEnd, detail: string): void {
    this.#pairing = null;
    this.#wanted = false;
    this.#tell({ kind: 'pairing_ended', at: Date.now(), reason, detail });
    void this.#turns.take(() => this.#disconnect()).catch((problem: unknown) => this.#broken(problem));
  }

  #notification(node: BinaryNode, connection: Connection): void {
    if (this.#pairing?.heard(node, connection) !== 'passkey_required') return;
    this.#pairing.finish();
    this.#state('failed', 'passkey_required', PASSKEY_ONLY);
    this.#pairingOver('refused', PASSKEY_ONLY);
  }

  async #stop(): Promise<void> {
    const wasWanted = this.#wanted || this.#pairing !== null || this.#connection !== null;
    await this.#disconnect();
    if (wasWanted) this.#state('stopped', 'stopped', 'The line is stopped.');
  }

  async #disconnect(): Promise<void> {
    this.#wanted = false;
    this.#again.cancel();
    this.#pairing?.finish();
    this.#pairing = null;
    const connection = this.#connection;
    await connection?.close();
    if (this.#connection === connection) this.#connection = null;
  }

  #lost(): void {
    this.#isLost = true;
    this.#of.log.warn('line_lost', { lineId: this.lineId, reason: 'stale_epoch' });
    this.terminate();
    this.#of.onGone();
  }

  #fail(reason: string, detail: string): void {
    if (this.#closed || this.#lastState === 'failed') return;
    this.#wanted = false;
    this.#state('failed', reason, detail);
    this.#connection?.terminate();
  }

  #broken(problem: unknown): void {
    if (problem instanceof LineClosed || this.#closed) return;
    this.#of.log.error('line_fault', { lineId: this.lineId, fault: textOfFault(problem) });
  }

  #state(state: LinkState, reason: string, detail: string, more: Partial<StateEvent> = {}): void {
    if (this.#closed) return;
    this.#lastState = state;
    this.#of.log.info('state', { lineId: this.lineId, state, reason });
    this.#tell({ kind: 'state', at: Date.now(), state, reason, detail, ...more });
  }

  #tell(event: LineEvent): void {
    if (this.#closed) return;
    this.events.publish(event).catch((problem: unknown) => this.#broken(problem));
  }
}
