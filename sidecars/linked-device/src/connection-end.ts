// Why a connection ended, and what that means for the line. WhatsApp's codes are those of login failures and stream errors.
import type { LinkState } from './protocol.js';

export interface ConnectionEnd {
  code: number;
  /** What WhatsApp's server said, what the network did, or this side. */
  source: 'server' | 'network' | 'here';
  /** Seconds that a temporary ban lasts. */
  expires?: number | undefined;
  reason?: 'unreachable' | 'timed_out' | undefined;
}

export type Next =
  | { do: 'restart' }
  | { do: 'reconnect'; reason: string; detail: string }
  | { do: 'wait'; untilAt: number; state: LinkState; reason: string; detail: string }
  | { do: 'renew_version' }
  | { do: 'stay'; state: LinkState; reason: string; detail: string };

const MOST_BAD_SESSIONS = 5;
const DEFAULT_BAN_MS = 3_600_000;

/** @param badSessions how often in a row WhatsApp answered 500, this time included */
export function nextAfter({ code, source, expires, reason }: ConnectionEnd, badSessions: number, now = Date.now()): Next {
  if (source !== 'server') return reconnect(reason ?? 'connection_lost');
  switch (code) {
    case 515:
      return { do: 'restart' };
    case 401:
    case 411:
      return stay('logged_out', 'removed_on_phone', 'This device was removed on the phone. Link it again to go on.');
    case 402: {
      const untilAt = now + (expires && expires > 0 ? expires * 1000 : DEFAULT_BAN_MS);
      const detail = 'WhatsApp has banned this account for some time. The line connects by itself when the ban ends.';
      return { do: 'wait', untilAt, state: 'restricted', reason: 'temporary_ban', detail };
    }
    case 403:
      return stay('logged_out', 'account_locked', 'WhatsApp has locked this account. Open WhatsApp on the phone to see why.');
    case 406:
      return stay('logged_out', 'account_banned', 'WhatsApp has banned this account. Open WhatsApp on the phone to see why.');
    case 405:
    case 409:
      return { do: 'renew_version' };
    case 440:
      return stay('conflict', 'replaced', 'Another connection uses this device.');
    case 500:
      if (badSessions < MOST_BAD_SESSIONS) return reconnect('server_error');
      return stay('failed', 'bad_session', 'WhatsApp refuses the session of this device again and again. Link it again to go on.');
    case 503:
      return reconnect('server_unavailable');
    case 408:
      return reconnect('timed_out');
    case 428:
      return reconnect('connection_lost');
    default:
      return reconnect('server_error');
  }
}

export const OUTDATED: Extract<Next, { do: 'stay' }> = stay(
  'engine_outdated',
  'client_outdated',
  'WhatsApp refuses the version of this client, also the newest one known. An update is needed.',
);

const DETAILS: Readonly<Record<string, string>> = {
  connection_lost: 'The connection to WhatsApp was lost. Trying again.',
  timed_out: 'WhatsApp did not answer in time. Trying again.',
  server_unavailable: 'WhatsApp is not available for now. Trying again.',
  server_error: 'WhatsApp answered with an error. Trying again.',
  unreachable: 'WhatsApp cannot be reached. Trying again.',
};

function reconnect(reason: string): Next {
  return { do: 'reconnect', reason, detail: DETAILS[reason] ?? '' };
}

function stay(state: LinkState, reason: string, detail: string): Extract<Next, { do: 'stay' }> {
  return { do: 'stay', state, reason, detail };
}
