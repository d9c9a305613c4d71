// One attempt to send a message, up to WhatsApp's acknowledgement of it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Ack } from './acks.js';
import { jidOf } from './addresses.js';
import { outgoing, quoteOf, type Outgoing } from './content-out.js';
import { Fault, LineClosed } from './fault.js';
import type { Line } from './line.js';
import { textOfFault, type Log } from './log.js';
import { UploadError } from './media-error.js';
import type { MediaHost } from './media-host.js';
import { upload, type Uploaded } from './media-out.js';
import { checkNumbers } from './numbers.js';
import { MOST_CHUNK_BYTES, type Chat, type ErrorClass, type HelloOptions, type SendParams, type SendResult } from './protocol.js';
import { NEW_CHATS_REFUSED } from './restriction.js';

const MOST_SENDS_A_LINE = 16;
const MOST_TYPING_MS = 25_000;
/** WhatsApp shows "typing…" for about this long unless it is told again. */
const TYPING_AGAIN_MS = 10_000;
const WRITE_MS = 60_000;
const NEW_CHATS_PAUSE_MS = 86_400_000;
const RATE_PAUSE_MS = 60_000;
const NEW_CHATS_RESTRICTED = 463;
const STALE_SESSION = 479;

export const MOST_TEXT_CHARACTERS = 65_536;
export const MOST_MEDIA_BYTES = {
  image: 16_777_216,
  video: 67_108_864,
  audio: 16_777_216,
  document: 104_857_600,
  sticker: 1_048_576,
} as const;

export interface SenderOf {
  host: MediaHost;
  options: HelloOptions;
  log: Log;
}

type Refusal = Extract<SendResult, { outcome: 'rejected' }>;

export class Sender {
  readonly counts = { running: 0, accepted: 0, ambiguous: 0, rejected: 0 };
  readonly #of: SenderOf;
  readonly #running = new Map<Line, number>();

  constructor(of: SenderOf) {
    this.#of = of;
  }

  async send(line: Line, params: SendParams): Promise<SendResult> {
    const running = this.#running.get(line) ?? 0;
    if (running >= MOST_SENDS_A_LINE) return rejected('transient', 'too_many_sends', 'Too many messages of this line are being sent.');
    this.#running.set(line, running + 1);
    this.counts.running++;
    try {
      const result = await line.host.orGone(this.#attempt(line, params)).catch((problem: unknown) => {
        if (problem instanceof LineClosed) return ambiguous('connection_lost');
        throw problem;
      });
      // Whatever happened to the message, the line's new owner will send it again.
      if (line.isLost) throw new Fault('stale_epoch', 'The line is owned under a newer epoch.');
      this.counts[result.outcome]++;
      return result;
    } finally {
      this.counts.running--;
      const left = (this.#running.get(line) ?? 1) - 1;
      if (left > 0) this.#running.set(line, left);
      else this.#running.delete(line);
    }
  }

  async #attempt(line: Line, params: SendParams): Promise<SendResult> {
    const refusal = refusalOf(params) ?? stateRefusal(line);
    if (refusal) return refusal;
    try {
      const to = await this.#reachable(line, params.to);
      if (!to) return rejected('recipient_invalid', 'not_on_whatsapp', 'This number is not on WhatsApp.');
      const message = await this.#compose(line, params, to);
      await this.#type(line, to, params);
      return await this.#relay(line, params.providerMessageId, to, message);
    } catch (problem) {
      return this.#outcomeOf(problem, line);
    }
  }

  /** The chat with its LID, when it has one. Writing to strangers that do not exist is what WhatsApp restricts accounts for. */
  async #reachable(line: Line, to: Chat): Promise<Chat | null> {
    if (to.lid || !to.phoneNumber) return to;
    const known = await line.journal?.otherAddress(jidOf(to));
    if (known) return { ...to, lid: known };
    const [checked] = await checkNumbers(line, [to.phoneNumber]);
    return checked?.onWhatsApp ? { ...to, lid: checked.lid } : null;
  }

  async #compose(line: Line, params: SendParams, to: Chat): Promise<Outgoing> {
    const { content, quotedProviderMessageId } = params;
    const uploaded = content.kind === 'media' ? await this.#upload(line, content) : null;
    const quote = quotedProviderMessageId ? await this.#quote(line, quotedProviderMessageId, to) : null;
    return outgoing(content, { uploaded, quote, ctaUrlNative: this.#of.options.ctaUrlNative });
  }

  async #quote(line: Line, id: string, to: Chat): Promise<ReturnType<typeof quoteOf>> {
    const found = await line.host.find({ chat: to, providerMessageId: id });
    return line.identity && found.found ? quoteOf(id, to, found, line.identity) : null;
  }

  async #upload(line: Line, content: Extract<SendParams['content'], { kind: 'media' }>): Promise<Uploaded> {
    const { socket } = line.connection;
    return upload({
      media: content.media,
      sizeBytes: content.sizeBytes,
      host: this.#of.host,
      connection: (refresh) => socket.refreshMediaConn(refresh),
      pull: async (offset) => {
        const { bytes, end } = await line.host.ask('media.read', { fileId: content.fileId ?? '', offset, maxBytes: MOST_CHUNK_BYTES });
        return { bytes: Buffer.from(bytes, 'base64'), end };
      },
    });
  }

  async #type(line: Line, to: Chat, { typingMs, content }: SendParams): Promise<void> {
    const state = content.kind === 'media' && content.media === 'voice' ? 'recording' : 'composing';
    let left = Math.min(Math.max(0, typingMs ?? 0), MOST_TYPING_MS);
    if (left === 0) return;
    while (left > 0) {
      const now = Math.min(left, TYPING_AGAIN_MS);
      await line.connection.socket.sendPresenceUpdate(state, jidOf(to)).catch(() => undefined);
      await pause(now);
      left -= now;
    }
    await line.connection.socket.sendPresenceUpdate('paused', jidOf(to)).catch(() => undefined);
  }

  async #relay(line: Line, id: string, to: Chat, { message, additionalNodes }: Outgoing): Promise<SendResult> {
    const { socket } = line.connection;
    const expected = line.acks.expect(id);
    const ack = expected.within(WRITE_MS + this.#of.options.ackTimeoutMs);
    try {
      // While this is written, an end of the connection settles the wait.
      const written = socket.relayMessage(jidOf(to), message, { messageId: id, additionalNodes });
      const first = await Promise.race([written.then(() => null), ack, pause(WRITE_MS, { kind: 'timed_out' } as const, { ref: false })]);
      written.catch(() => undefined);
      const { ackTimeoutMs } = this.#of.options;
      const answer = first ?? (await Promise.race([ack, pause(ackTimeoutMs, { kind: 'timed_out' } as const, { ref: false })]));
      return this.#resultOf(answer, line, to);
    } catch (problem) {
      this.#of.log.warn('send_fault', { lineId: line.lineId, fault: textOfFault(problem) });
      if (!line.isConnected) return ambiguous('connection_lost');
      return ambiguous('ack_timed_out');
    } finally {
      expected.cancel();
    }
  }

  #resultOf(ack: Ack, line: Line, to: Chat): SendResult {
    switch (ack.kind) {
      case 'accepted':
        return { outcome: 'accepted', serverTime: ack.at };
      case 'timed_out':
        return ambiguous('ack_timed_out');
      case 'connection_lost':
        return ambiguous('connection_lost');
      case 'refused':
        this.#of.log.warn('send_refused', { lineId: line.lineId, code: ack.code });
        if (ack.code === NEW_CHATS_RESTRICTED) line.newChatsRefused();
        if (ack.code === STALE_SESSION) void this.#renewSessions(line, to);
        return refusedBy(ack.code);
    }
  }

  /** Best effort: the next attempt finds new sessions, or is refused again. */
  async #renewSessions(line: Line, to: Chat): Promise<void> {
    try {
      const { socket } = line.connection;
      const devices = await socket.getUSyncDevices([jidOf(to)], false, false);
      await socket.assertSessions(devices.map(({ jid }) => jid), true);
    } catch (problem) {
      this.#of.log.warn('session_fault', { lineId: line.lineId, fault: textOfFault(problem) });
    }
  }

  #outcomeOf(problem: unknown, line: Line): SendResult {
    if (problem instanceof UploadError) return uploadRefusal(problem);
    if (problem instanceof LineClosed) throw problem;
    if (problem instanceof Fault && problem.code === 'not_connected') return stateRefusal(line) ?? notConnected();
    this.#of.log.warn('send_fault', { lineId: line.lineId, fault: textOfFault(problem) });
    // Nothing was written yet.
    return line.isConnected ? rejected('engine_fault', 'engine_fault', 'The message could not be made.') : notConnected();
  }
}

function refusalOf({ to, content, providerMessageId }: SendParams): Refusal | null {
  if (to.groupId) return rejected('unsupported', 'groups_read_only', 'Groups can be read, but not written to.');
  if (!/^[\w.-]{1,64}$/.test(providerMessageId)) return rejected('invalid_request', 'invalid_message', 'The id is not valid.');
  if (content.kind === 'media') return mediaRefusalOf(content);
  if (content.body.length > MOST_TEXT_CHARACTERS) return rejected('invalid_request', 'text_too_long', 'The text is too long.');
  return content.body === '' ? rejected('invalid_request', 'invalid_message', 'The text is empty.') : null;
}

function mediaRefusalOf({ media, sizeBytes, fileId, caption }: Extract<SendParams['content'], { kind: 'media' }>): Refusal | null {
  const most = MOST_MEDIA_BYTES[media === 'voice' ? 'audio' : media];
  if (!fileId || !most) return rejected('invalid_request', 'invalid_message', 'The file of the message is not named.');
  if (sizeBytes > most) return rejected('media_invalid', 'media_too_large', 'The file is too large for WhatsApp.');
  return (caption ?? '').length > MOST_TEXT_CHARACTERS ? rejected('invalid_request', 'text_too_long', 'The caption is too long.') : null;
}

function stateRefusal(line: Line): Refusal | null {
  if (line.isConnected) return null;
  switch (line.state) {
    case 'logged_out':
      return rejected('auth_lost', 'logged_out', 'The line is not linked to a phone any more.');
    case 'engine_outdated':
      return rejected('engine_outdated', 'engine_outdated', 'WhatsApp refuses the version of this client.');
    case 'restricted':
      return rejected('account_restricted', 'account_restricted', 'WhatsApp restricts this account for now.');
    default:
      return notConnected();
  }
}

/** By WhatsApp's code in a refusal: what was refused was certainly not delivered. */
function refusedBy(code: number): Refusal {
  switch (code) {
    case NEW_CHATS_RESTRICTED:
      return rejected('account_restricted', 'new_chats_restricted', NEW_CHATS_REFUSED, NEW_CHATS_PAUSE_MS);
    case STALE_SESSION:
      return rejected('session_lost', 'stale_session', 'The session with the recipient is stale and has to be made anew.');
    case 401:
    case 403:
      return rejected('account_restricted', 'account_restricted', 'WhatsApp does not let this account send this message.');
    case 404:
      return rejected('recipient_invalid', 'not_on_whatsapp', 'The recipient is not on WhatsApp.');
    case 429:
      return rejected('rate_limited', 'rate_limited', 'WhatsApp asks to send more slowly.', RATE_PAUSE_MS);
    case 400:
    case 405:
    case 406:
      return rejected('invalid_request', 'invalid_message', 'WhatsApp does not accept this message.');
    default:
      return rejected('transient', 'server_refused', `WhatsApp refused the message with the code ${code}.`);
  }
}

function uploadRefusal({ code, message, retryable }: UploadError): Refusal {
  // Whatever may go better another time says nothing against the file itself.
  if (!retryable) return rejected('media_invalid', code, message);
  return rejected('transient', 'media_upload_failed', message);
}

const MESSAGES = {
  ack_timed_out: 'WhatsApp did not confirm the message in time.',
  connection_lost: 'The connection was lost before WhatsApp confirmed the message.',
} as const;

/** The same id again is safe: receivers show a message of one id once. */
function ambiguous(code: keyof typeof MESSAGES): SendResult {
  return { outcome: 'ambiguous', error: { class: 'transient', code, message: MESSAGES[code] }, safeToRetrySameId: true };
}

function rejected(errorClass: ErrorClass, code: string, message: string, retryAfterMs?: number): Refusal {
  return { outcome: 'rejected', error: { class: errorClass, code, message, ...(retryAfterMs ? { retryAfterMs } : {}) } };
}

const notConnected = (): Refusal => rejected('not_connected', 'not_connected', 'The line has no connection to WhatsApp.');
