// Log lines on standard error: one JSON object each. They are built from named fields, and what looks like a number or a key is taken out.
import type { LogLevel } from './protocol.js';
import { writeLog } from './quiet.js';

const LEVELS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const MOST_TEXT_CHARACTERS = 300;
/** Phone numbers, LIDs and times; a UUID and its parts stay readable. */
const LONG_NUMBER = /\+?\d{7,}/g;
/** Base64, base64url and hexadecimal of anything worth hiding. */
const LONG_TOKEN = /[A-Za-z0-9+/_=]{24,}/g;

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** What every line of the log has passed. */
export function redacted(text: string): string {
  return text.slice(0, MOST_TEXT_CHARACTERS).replace(LONG_TOKEN, '…').replace(LONG_NUMBER, (number) => `…${number.slice(-2)}`);
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
