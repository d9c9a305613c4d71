// The channel to the host: lines of JSON, requests in both directions, and exactly one answer to each.
import type { Readable } from 'node:stream';
import { Fault } from './fault.js';
import { MOST_LINE_BYTES, MOST_OPEN_REQUESTS, type ErrorCode, type HostMethod, type HostMethods } from './protocol.js';

const NEWLINE = 10;

export interface Output {
  /** False when the reader does not keep up. */
  write(text: string, written?: () => void): boolean;
  onDrain(drained: () => void): void;
}

export interface ChannelEvents {
  /** @throws Fault which becomes the error of the answer */
  answer(method: string, params: unknown): Promise<object>;
  /** The other side broke the protocol: nothing more can be trusted. */
  violated(what: string): void;
  ended(): void;
}

interface OpenRequest {
  resolve(result: object): void;
  reject(fault: Fault): void;
}

type Fields = Record<string, unknown>;

export class Channel {
  readonly #input: Readable;
  readonly #output: Output;
  readonly #events: ChannelEvents;
  readonly #open = new Map<number, OpenRequest>();
  /** Requests of ours that wait until one of the open ones is answered. */
  readonly #waiting: (() => void)[] = [];
  #answering = 0;
  #lastId = 0;
  #pieces: Buffer[] = [];
  #pendingBytes = 0;

  constructor(input: Readable, output: Output, events: ChannelEvents) {
    this.#input = input;
    this.#output = output;
    this.#events = events;
  }

  listen(): void {
    this.#output.onDrain(() => this.#input.resume());
    this.#input.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.#input.on('end', () => this.#events.ended());
    this.#input.on('error', () => this.#events.ended());
    this.#input.on('close', () => this.#events.ended());
  }

  /** @throws Fault as the host answered it */
  async request<M extends HostMethod>(method: M, params: HostMethods[M]['params']): Promise<HostMethods[M]['result']> {
    while (this.#open.size >= MOST_OPEN_REQUESTS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const id = ++this.#lastId;
    const text = lineOf({ type: 'request', id, method, params });
    if (text === null) throw new Fault('internal', 'The request does not fit into a line.');
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve: resolve as (result: object) => void, reject });
      this.#write(text);
    });
  }

  /** Resolves when everything that was written has left the process. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#output.write('', resolve));
  }

  #receive(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      if (!this.#collect(bytes.subarray(from, end))) return;
      const line = this.#pieces.length === 1 && this.#pieces[0] ? this.#pieces[0] : Buffer.concat(this.#pieces);
      this.#pieces = [];
      this.#pendingBytes = 0;
      from = end + 1;
      this.#line(line);
    }
    this.#collect(bytes.subarray(from));
  }

  #collect(bytes: Buffer): boolean {
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= MOST_LINE_BYTES) {
      this.#events.violated('a line is too long');
      return false;
    }
    this.#pieces.push(bytes);
    return true;
  }

  #line(bytes: Buffer): void {
    const message = parsed(bytes);
    if (message?.type === 'request' && isId(message.id) && typeof message.method === 'string' && isObject(message.params)) {
      void this.#request(message.id, message.method, message.params);
    } else if (message?.type === 'answer' && isId(message.id) && isObject(message.error ?? message.result)) {
      this.#answered(message.id, message);
    } else {
      this.#events.violated('a line is no request and no answer');
    }
  }

  async #request(id: number, method: string, params: Fields): Promise<void> {
    if (this.#answering >= MOST_OPEN_REQUESTS) return this.#fail(id, new Fault('busy', 'Too many requests are open.', true));
    this.#answering++;
    try {
      const text = lineOf({ type: 'answer', id, result: await this.#events.answer(method, params) });
      if (text === null) throw new Fault('internal', 'The answer does not fit into a line.');
      this.#write(text);
    } catch (problem) {
      this.#fail(id, problem instanceof Fault ? problem : new Fault('internal', 'The sidecar failed.', true));
    } finally {
      this.#answering--;
    }
  }

  #answered(id: number, { error, result }: Fields): void {
    const request = this.#open.get(id);
    if (!request) return this.#events.violated('an answer belongs to no request');
    this.#open.delete(id);
    this.#waiting.shift()?.();
    if (isObject(error)) request.reject(new Fault(error.code as ErrorCode, String(error.message ?? ''), error.retryable === true));
    else request.resolve(result as object);
  }

  #fail(id: number, { code, message, retryable }: Fault): void {
    this.#write(lineOf({ type: 'answer', id, error: { code, message, retryable } }) ?? '');
  }

  /** While the host does not read, nothing more is taken from it. */
  #write(text: string): void {
    if (!this.#output.write(text)) this.#input.pause();
  }
}

function lineOf(message: object): string | null {
  const text = `${JSON.stringify(message)}\n`;
  return Buffer.byteLength(text) <= MOST_LINE_BYTES ? text : null;
}

function parsed(bytes: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
