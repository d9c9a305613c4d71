// The methods that the host calls, and the lines that this process carries.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { WAMessage } from 'baileys';
import { jidOf } from './addresses.js';
import type { Channel } from './channel.js';
import { Fault, LineClosed } from './fault.js';
import { Line } from './line.js';
import { textOfFault, type Log } from './log.js';
import { MediaHost } from './media-host.js';
import { MediaStreams, reuploadBy } from './media-in.js';
import { checkNumbers } from './numbers.js';
import * as from from './params.js';
import type { Fields } from './params.js';
import { MOST_CHUNK_BYTES, MOST_LINE_BYTES, MOST_LINES, PROTOCOL_VERSION, type HelloOptions, type Metrics } from './protocol.js';
import { MOST_MEDIA_BYTES, MOST_TEXT_CHARACTERS, Sender } from './send.js';
import { ENGINE_VERSION, SIDECAR_VERSION } from './versions.js';
import { ClientVersion } from './version.js';

const MOST_DRAIN_MS = 600_000;
const DRAIN_LOOK_MS = 50;
const MS = 1e6;

type Method = (params: Fields) => Promise<object> | object;

export class Sidecar {
  readonly #channel: Pick<Channel, 'request'>;
  readonly #log: Log;
  readonly #exit: (code: number) => void;
  readonly #lines = new Map<string, Line>();
  readonly #host = MediaHost.fromEnvironment();
  readonly #streams = new MediaStreams(this.#host);
  readonly #version = new ClientVersion();
  readonly #lag = monitorEventLoopDelay({ resolution: 10 });
  #published = 0;
  #options: HelloOptions | null = null;
  #sender: Sender | null = null;
  #draining = false;

  /** @param exit called when the answer that is being made has left */
  constructor(channel: Pick<Channel, 'request'>, log: Log, exit: (code: number) => void) {
    this.#channel = channel;
    this.#log = log;
    this.#exit = exit;
    this.#lag.enable();
  }

  readonly #methods: Readonly<Record<string, Method>> = {
    'hello': (params) => this.#hello(params),
    'line.open': (params) => this.#open(params),
    'line.start': (params) => this.#of(params, (line) => nothing(line.start())),
    'line.stop': (params) => this.#of(params, (line) => nothing(line.stop())),
    'line.close': (params) => nothing(this.#close(from.lineIdOf(params))),
    'pairing.begin': (params) => {
      this.#refuseWhileDraining();
      return this.#of(params, (line) => nothing(line.beginPairing(from.pairingOf(params))));
    },
    'pairing.cancel': (params) => this.#of(params, (line) => nothing(line.cancelPairing())),
    'logout': (params) => this.#of(params, async (line) => ({ removed: await line.logout() })),
    'send': (params) => this.#send(params),
    'markRead': (params) => this.#of(params, (line) => nothing(this.#markRead(line, params))),
    'chatState': (params) => this.#of(params, (line) => nothing(this.#chatState(line, params))),
    'numbers.check': (params) => this.#of(params, async (line) => ({ numbers: await checkNumbers(line, from.numbersOf(params)) })),
    'media.open': (params) => this.#of(params, (line) => this.#openMedia(line, params)),
    'media.pull': (params) => this.#pullMedia(params),
    'media.close': (params) => {
      this.#streams.close(from.textOf(params, 'streamId'));
      return {};
    },
    'probe': (params) => this.#of(params, (line) => this.#probe(line)),
    'metrics': () => this.#metrics(),
    'drain': (params) => this.#drain(from.integerOf(params, 'deadlineMs', 0, MOST_DRAIN_MS)),
  };

  /** @throws Fault */
  async answer(name: string, params: unknown): Promise<object> {
    const method = Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
    if (!this.#options && name !== 'hello') throw new Fault('hello_required', 'The first request is not hello.');
    if (!method) throw new Fault('unknown_method', 'There is no such method.');
    try {
      return await method(params as Fields);
    } catch (problem) {
      if (problem instanceof Fault) throw problem;
      this.#log.error('method_fault', { method: name, fault: textOfFault(problem) });
      throw new Fault('internal', 'The sidecar failed.', true);
    }
  }

  /** Closes every socket at once. */
  terminate(): void {
    for (const line of this.#lines.values()) line.terminate();
    this.#lines.clear();
    this.#streams.closeAll();
  }

  #hello(params: Fields): object {
    if (params.protocol !== PROTOCOL_VERSION) {
      this.#exit(1);
      throw new Fault('unsupported_protocol', `This sidecar speaks version ${PROTOCOL_VERSION}.`);
    }
    const options = from.optionsOf(params);
    this.#options ??= options;
    this.#sender ??= new Sender({ host: this.#host, options, log: this.#log });
    this.#log.level = options.logLevel;
    const { image, video, audio, document, sticker } = MOST_MEDIA_BYTES;
    return {
      protocol: PROTOCOL_VERSION,
      engine: 'baileys',
      engineVersion: ENGINE_VERSION,
      sidecarVersion: SIDECAR_VERSION,
      limits: { lines: MOST_LINES, lineBytes: MOST_LINE_BYTES, chunkBytes: MOST_CHUNK_BYTES },
      capabilities: {
        pairByQr: true,
        pairByCode: true,
        clientMessageIds: true,
        numberCheck: true,
        ctaUrl: this.#options.ctaUrlNative ? 'native' : 'text_fallback',
        maxTextLength: MOST_TEXT_CHARACTERS,
        media: { imageBytes: image, videoBytes: video, audioBytes: audio, documentBytes: document, stickerBytes: sticker },
      },
    };
  }

  #open(params: Fields): object {
    const lineId = from.lineIdOf(params);
    const epoch = from.integerOf(params, 'epoch', 0, Number.MAX_SAFE_INTEGER);
    const identity = from.identityOf(params);
    this.#refuseWhileDraining();
    const older = this.#lines.get(lineId);
    if (older && older.epoch === epoch) return {};
    if (older && older.epoch > epoch) throw new Fault('stale_epoch', 'The line is open under a newer epoch.');
    if (!older && this.#lines.size >= MOST_LINES) throw new Fault('line_limit', 'This process carries as many lines as it may.');
    if (older) this.#forget(older);
    const options = this.#options;
    if (!options) throw new Fault('hello_required', 'The first request is not hello.');
    const line: Line = new Line({
      lineId,
      epoch,
      identity,
      channel: this.#channel,
      log: this.#log,
      options,
      version: this.#version,
      media: this.#host,
      onGone: () => this.#forget(line),
    });
    this.#lines.set(lineId, line);
    return {};
  }

  async #close(lineId: string): Promise<void> {
    const line = this.#lines.get(lineId);
    if (!line) return;
    await line.close();
    this.#forget(line);
  }

  #forget(line: Line): void {
    line.terminate();
    this.#published += line.events.published;
    if (this.#lines.get(line.lineId) !== line) return;
    this.#lines.delete(line.lineId);
    this.#streams.closeLine(line.lineId);
  }

  #line(params: Fields): Line {
    const line = this.#lines.get(from.lineIdOf(params));
    if (!line) throw new Fault('unknown_line', 'This sidecar has no such line.');
    return line;
  }

  /** Ends when the line does, whatever the work still waits for. */
  async #of(params: Fields, work: (line: Line) => Promise<object>): Promise<object> {
    const line = this.#line(params);
    try {
      return await line.host.orGone(work(line));
    } catch (problem) {
      if (!(problem instanceof LineClosed)) throw problem;
      throw line.isLost
        ? new Fault('stale_epoch', 'The line is owned under a newer epoch.')
        : new Fault('unknown_line', 'The line was closed meanwhile.');
    }
  }

  #refuseWhileDraining(): void {
    if (this.#draining) throw new Fault('draining', 'The process is about to end.');
  }

  #send(params: Fields): Promise<object> {
    this.#refuseWhileDraining();
    const line = this.#line(params);
    if (!this.#sender) throw new Fault('hello_required', 'The first request is not hello.');
    return this.#sender.send(line, from.sendOf(params));
  }

  async #markRead(line: Line, params: Fields): Promise<void> {
    const remoteJid = jidOf(from.chatFrom(params.chat, 'chat'));
    const ids = from.idsOf(params);
    await connected(line, () => line.connection.socket.readMessages(ids.map((id) => ({ remoteJid, id, fromMe: false }))));
  }

  async #chatState(line: Line, params: Fields): Promise<void> {
    const jid = jidOf(from.chatFrom(params.chat, 'chat'));
    const state = from.chatStateOf(params);
    await connected(line, () => line.connection.socket.sendPresenceUpdate(state, jid));
  }

  #openMedia(line: Line, params: Fields): Promise<object> {
    const reference = from.textOf(params, 'reference');
    const update = line.isConnected ? (message: WAMessage) => line.connection.socket.updateMediaMessage(message) : null;
    return this.#streams.open(line.lineId, reference, update && reuploadBy(update));
  }

  async #pullMedia(params: Fields): Promise<object> {
    const most = from.integerOf(params, 'maxBytes', 1, Number.MAX_SAFE_INTEGER);
    const { bytes, end } = await this.#streams.pull(from.textOf(params, 'streamId'), most);
    return { bytes: bytes.toString('base64'), end };
  }

  async #probe(line: Line): Promise<object> {
    if (!line.isConnected) return { healthy: false, summary: `Not connected (${line.state}).` };
    const began = Date.now();
    try {
      const { socket } = line.connection;
      const attrs = { to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' };
      const answer: unknown = await socket.query({ tag: 'iq', attrs, content: [{ tag: 'ping', attrs: {} }] }, 10_000);
      if (!answer) return { healthy: false, summary: 'WhatsApp did not answer within 10 s.' };
      const tookMs = Date.now() - began;
      return { healthy: true, summary: `Connected as ${line.identity?.phoneNumber ?? '?'}; WhatsApp answered in ${tookMs} ms.` };
    } catch {
      return { healthy: false, summary: 'The connection was lost while WhatsApp was asked.' };
    }
  }

  #metrics(): Metrics {
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const lines = [...this.#lines.values()];
    const milliseconds = (nanoseconds: number): number => (Number.isFinite(nanoseconds) ? Math.round(nanoseconds / MS * 10) / 10 : 0);
    const lag = { meanMs: milliseconds(this.#lag.mean), p99Ms: milliseconds(this.#lag.percentile(99)), maxMs: milliseconds(this.#lag.max) };
    this.#lag.reset();
    const total = (of: (line: Line) => number): number => lines.reduce((sum, line) => sum + of(line), 0);
    return {
      uptimeMs: Math.round(process.uptime() * 1000),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external },
      cpuMs: Math.round((user + system) / 1000),
      eventLoopLag: lag,
      lines: { open: lines.length, connected: lines.filter((line) => line.isConnected).length },
      events: { waiting: total((line) => line.events.waiting), published: this.#published + total((line) => line.events.published) },
      sends: this.#sender ? { ...this.#sender.counts } : { running: 0, accepted: 0, ambiguous: 0, rejected: 0 },
      mediaStreams: this.#streams.count,
    };
  }

  async #drain(deadlineMs: number): Promise<object> {
    this.#draining = true;
    const until = Date.now() + deadlineMs;
    const running = (): number => this.#sender?.counts.running ?? 0;
    while (running() > 0 && Date.now() < until) await pause(DRAIN_LOOK_MS);
    const unfinishedSends = running();
    this.terminate();
    this.#exit(0);
    return { unfinishedSends };
  }
}

async function nothing(work: Promise<void>): Promise<object> {
  await work;
  return {};
}

/** A connection that ends meanwhile is no fault of ours. @throws Fault `not_connected` */
async function connected(line: Line, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (problem) {
    throw line.isConnected ? problem : Fault.notConnected();
  }
}
