// Log lines on standard error: one JSON object each. They are built from named fields, and what looks like a number or a key is taken out.
import type { LogLevel } from './protocol.js';
import { writeLog } from './quiet.js';

const LEVELS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const MOST_TEXT_CHARACTERS = 300;
/** Phone numbers, LIDs and times; a UUID and its parts stay readable. */
const LONG_NUMBER = /\+?\d{7,}/g;
/** Base64, base64url and hexadecimal of anything worth hiding; a UUID, which names a line, stays. */
const LONG_TOKEN = /[\w+/=-]{24,}/g;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Bytes as Node and JSON show them: `05 ab 1f`, `5, 171, 31`, `"0":5,"1":171`. */
const BYTES = /(?:\b[0-9a-f]{2}[\s:-]+){7,}[0-9a-f]{2}\b|(?:\b\d{1,3}\s*,\s*){7,}\d{1,3}\b|(?:"?\b\d{1,3}"?\s*:\s*\d{1,3}[\s,]+){7,}/gi;
/** What a cut may leave of something long is too short to be told from words. */
const CUT_OFF = 64;

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What every line of the log has passed. */
export function redacted(text: string): string {
  const safe = text
    .slice(0, MOST_TEXT_CHARACTERS)
    .replace(BYTES, '…')
    .replace(LONG_TOKEN, (token) => (UUID.test(token) ? token : '…'))
    .replace(LONG_NUMBER, (number) => `…${number.slice(-2)}`);
  return text.length <= MOST_TEXT_CHARACTERS ? safe : safe.slice(0, -CUT_OFF);
}

export class Log {
  #level: LogLevel = 'info';
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void = writeLog) {
    this.#write = write;
  }

  set level(level: LogLevel) {
    this.#level = level;
  }

  debug(event: string, fields: LogFields = {}): void {
    this.#line('debug', event, fields);
  }

  info(event: string, fields: LogFields = {}): void {
    this.#line('info', event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#line('warn', event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.#line('error', event, fields);
  }

  #line(level: LogLevel, event: string, { lineId, ...fields }: LogFields): void {
    if (LEVELS[level] < LEVELS[this.#level]) return;
    const safe = Object.entries(fields).map(([name, value]) => [name, typeof value === 'string' ? redacted(value) : value]);
    this.#write(`${JSON.stringify({ at: Date.now(), level, ...(lineId ? { lineId } : {}), event, ...Object.fromEntries(safe) })}\n`);
  }
}

/** The text of a fault for the log. The fault itself may hold anything, so nothing else of it is looked at. */
export function textOfFault(fault: unknown): string {
  return redacted(fault instanceof Error ? `${fault.name}: ${fault.message}` : typeof fault);
}
