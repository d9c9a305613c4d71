// The shapes of PROTOCOL.md, which explains them. Times are milliseconds since 1970 UTC, bytes are base64; absent and null mean the same.

export const PROTOCOL_VERSION = 1;
export const MOST_LINE_BYTES = 4_194_304;
export const MOST_OPEN_REQUESTS = 1_024;
export const MOST_CHUNK_BYTES = 262_144;
export const MOST_LINES = 100;

/** At least one field is set; with `groupId` it is a group and the others are null. */
export interface Chat {
  /** E.164 with the plus sign. */
  phoneNumber?: string | null;
  /** "…@lid". */
  lid?: string | null;
  /** "…@g.us". */
  groupId?: string | null;
}

/** Who the line is at WhatsApp. */
export interface OwnIdentity {
  phoneNumber: string;
  lid?: string | null;
  deviceId: string;
}

export type MediaKind = 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker';

/** What is sent. */
export type OutgoingContent =
  | { kind: 'text'; body: string }
  | { kind: 'cta_url'; body: string; displayText: string; url: string }
  | {
      kind: 'media';
      media: MediaKind;
      mimeType: string;
      fileName?: string | null;
      sizeBytes: number;
      caption?: string | null;
      /** Named in a send; what the host finds for a retry has none. */
      fileId?: string | null;
    };

export interface SeenFile {
  /** Opaque to the host; holds the key of the file. */
  reference: string;
  mimeType?: string | null;
  fileName?: string | null;
  sizeBytes?: number | null;
  width?: number | null;
  height?: number | null;
  durationMs?: number | null;
}

export interface ContactCard {
  name: string;
  phoneNumbers: string[];
  vCard: string;
}

/** What was seen. */
export type SeenContent =
  | { kind: 'text'; body: string }
  | { kind: 'media'; media: MediaKind; file: SeenFile; caption?: string | null }
  | { kind: 'location'; latitude: number; longitude: number; name?: string | null; address?: string | null; live: boolean }
  | { kind: 'contacts'; cards: ContactCard[] }
  | { kind: 'poll'; question: string; options: string[]; choices: number }
  | { kind: 'unsupported'; providerType: string; raw: string };

export type ErrorClass =
  | 'transient'
  | 'rate_limited'
  | 'not_connected'
  | 'session_lost'
  | 'auth_lost'
  | 'account_restricted'
  | 'recipient_invalid'
  | 'window_closed'
  | 'policy_blocked'
  | 'invalid_request'
  | 'media_invalid'
  | 'unsupported'
  | 'engine_outdated'
  | 'engine_fault';

export interface SendError {
  class: ErrorClass;
  code: string;
  message: string;
  retryAfterMs?: number | null;
}

export type SendResult =
  | { outcome: 'accepted'; serverTime: number }
  | { outcome: 'ambiguous'; error: SendError; safeToRetrySameId: boolean }
  | { outcome: 'rejected'; error: SendError };

export type ErrorCode =
  | 'unsupported_protocol'
  | 'hello_required'
  | 'unknown_method'
  | 'invalid_params'
  | 'unknown_line'
  | 'stale_epoch'
  | 'line_limit'
  | 'busy'
  | 'draining'
  | 'not_connected'
  | 'already_paired'
  | 'media_unavailable'
  | 'media_gone'
  | 'media_invalid'
  | 'timed_out'
  | 'internal';

export type LinkState =
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'restricted'
  | 'conflict'
  | 'logged_out'
  | 'engine_outdated'
  | 'failed'
  | 'stopped';

export interface StateEvent {
  kind: 'state';
  at: number;
  state: LinkState;
  /** A code of the table of states, or empty. */
  reason: string;
  /** A sentence for an owner. */
  detail: string;
  untilAt?: number | null;
  attempt?: number | null;
  nextAttemptAt?: number | null;
}

export interface SeenMessage {
  kind: 'message';
  at: number;
  providerMessageId: string;
  chat: Chat;
  fromMe: boolean;
  origin?: 'phone';
  content: SeenContent;
  quotedProviderMessageId?: string | null;
  senderName?: string | null;
  sender?: Chat | null;
  chatName?: string | null;
}

export interface MessageTarget {
  chat: Chat;
  providerMessageId: string;
  fromMe: boolean;
}

export type PairingEnd = 'expired' | 'canceled' | 'refused' | 'unreachable';
export type ReceiptKind = 'server' | 'delivered' | 'read' | 'played' | 'failed';

export interface ReceiptEvent {
  kind: 'receipt';
  at: number;
  providerMessageIds: string[];
  receipt: ReceiptKind;
  errorCode?: string | null;
}

export type LineEvent =
  | StateEvent
  | { kind: 'qr'; at: number; payload: string; expiresAt: number }
  | { kind: 'pairing_code'; at: number; code: string; expiresAt: number }
  | { kind: 'paired'; at: number; identity: OwnIdentity }
  | { kind: 'pairing_ended'; at: number; reason: PairingEnd; detail: string }
  | SeenMessage
  | { kind: 'reaction'; at: number; target: MessageTarget; fromMe: boolean; sender?: Chat | null; emoji: string | null }
  | { kind: 'edit'; at: number; target: MessageTarget; body: string }
  | { kind: 'delete'; at: number; target: MessageTarget }
  | { kind: 'chat_read'; at: number; chat: Chat }
  | { kind: 'name'; at: number; chat: Chat; name: string }
  | ReceiptEvent
  | { kind: 'identity_link'; at: number; phoneNumber: string; lid: string }
  | HistoryEvent;

export interface Person {
  phoneNumber: string;
  lid: string;
}

export interface NamedChat {
  chat: Chat;
  name: string;
}

export interface HistoryEvent {
  kind: 'history';
  at: number;
  identities?: Person[];
  names?: NamedChat[];
  messages?: SeenMessage[];
  progress: number | null;
  complete: boolean;
  gap?: boolean;
}

/** A null value deletes. */
export interface KeyWrite {
  type: string;
  id: string;
  value: string | null;
  expiresAt?: number | null;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface HelloOptions {
  logLevel: LogLevel;
  deviceName: string;
  syncFullHistory: boolean;
  ctaUrlNative: boolean;
  ackTimeoutMs: number;
}

interface OfLine {
  lineId: string;
}

interface OwnedLine extends OfLine {
  epoch: number;
}

type Nothing = Record<string, never>;

export interface SendParams extends OfLine {
  providerMessageId: string;
  to: Chat;
  content: OutgoingContent;
  quotedProviderMessageId?: string | null;
  typingMs?: number | null;
  attempt?: number | null;
}

export interface NumberCheck {
  phoneNumber: string;
  onWhatsApp: boolean;
  lid: string | null;
}

export interface Metrics {
  uptimeMs: number;
  memory: { rssBytes: number; heapUsedBytes: number; externalBytes: number };
  cpuMs: number;
  eventLoopLag: { meanMs: number; p99Ms: number; maxMs: number };
  lines: { open: number; connected: number };
  events: { waiting: number; published: number };
  sends: { running: number; accepted: number; ambiguous: number; rejected: number };
  mediaStreams: number;
}

export interface HelloResult {
  protocol: number;
  engine: string;
  engineVersion: string;
  sidecarVersion: string;
  limits: { lines: number; lineBytes: number; chunkBytes: number };
  capabilities: {
    pairByQr: boolean;
    pairByCode: boolean;
    clientMessageIds: boolean;
    numberCheck: boolean;
    ctaUrl: 'native' | 'text_fallback';
    maxTextLength: number;
    media: { imageBytes: number; videoBytes: number; audioBytes: number; documentBytes: number; stickerBytes: number };
  };
}

/** Methods that the host calls. */
export interface SidecarMethods {
  'hello': { params: { protocol: number; host?: string | null; options?: Partial<HelloOptions> | null }; result: HelloResult };
  'line.open': { params: OwnedLine & { identity?: OwnIdentity | null }; result: Nothing };
  'line.start': { params: OfLine; result: Nothing };
  'line.stop': { params: OfLine; result: Nothing };
  'line.close': { params: OfLine; result: Nothing };
  'pairing.begin': { params: OfLine & { method: 'qr' | 'code'; phoneNumber?: string | null }; result: Nothing };
  'pairing.cancel': { params: OfLine; result: Nothing };
  'logout': { params: OfLine; result: { removed: boolean } };
  'send': { params: SendParams; result: SendResult };
  'markRead': { params: OfLine & { chat: Chat; providerMessageIds: string[] }; result: Nothing };
  'chatState': { params: OfLine & { chat: Chat; state: 'composing' | 'recording' | 'paused' }; result: Nothing };
  'numbers.check': { params: OfLine & { phoneNumbers: string[] }; result: { numbers: NumberCheck[] } };
  'media.open': { params: OfLine & { reference: string }; result: { streamId: string; sizeBytes: number | null } };
  'media.pull': { params: { streamId: string; maxBytes: number }; result: { bytes: string; end: boolean } };
  'media.close': { params: { streamId: string }; result: Nothing };
  'probe': { params: OfLine; result: { healthy: boolean; summary: string } };
  'metrics': { params: Nothing; result: Metrics };
  'drain': { params: { deadlineMs: number }; result: { unfinishedSends: number } };
}

export type FoundMessage = { found: true; fromMe: boolean; content: OutgoingContent | SeenContent } | { found: false };

/** Methods that the sidecar calls. */
export interface HostMethods {
  'event': { params: OwnedLine & { seq: number; event: LineEvent; keys?: KeyWrite[] }; result: Nothing };
  'keys.get': { params: OwnedLine & { type: string; ids: string[] }; result: { values: Record<string, string> } };
  'keys.set': { params: OwnedLine & { writes: KeyWrite[] }; result: Nothing };
  'keys.clear': { params: OwnedLine; result: Nothing };
  'message.find': { params: OwnedLine & { chat: Chat; providerMessageId: string }; result: FoundMessage };
  'media.read': { params: OwnedLine & { fileId: string; offset: number; maxBytes: number }; result: { bytes: string; end: boolean } };
}

export type SidecarMethod = keyof SidecarMethods;
export type HostMethod = keyof HostMethods;
