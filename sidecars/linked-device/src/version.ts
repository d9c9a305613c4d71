// The version that this client names itself: the one Baileys was made for, until WhatsApp calls it outdated; then the newest that
// WhatsApp's own web client has. It is the same for all lines of the process.
import { readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { rootCertificates } from 'node:tls';
import { DEFAULT_CONNECTION_CONFIG, type WAVersion } from 'baileys';

const DEFAULT_URL = 'https://web.whatsapp.com/sw.js';
const TIMEOUT_MS = 10_000;
const MOST_BYTES = 2_097_152;

export class ClientVersion {
  #current: WAVersion = DEFAULT_CONNECTION_CONFIG.version;
  #asking: Promise<WAVersion | null> | null = null;

  get current(): WAVersion {
    return this.#current;
  }

  /** @returns whether there is another version than the refused one, which is worth a try */
  async renew(refused: WAVersion): Promise<boolean> {
    if (this.#current[2] !== refused[2]) return true;
    this.#asking ??= newest().finally(() => (this.#asking = null));
    const found = await this.#asking;
    if (!found || found[2] <= refused[2]) return false;
    this.#current = found;
    return true;
  }
}

/** One try with a newer version for a line that was refused, until it has connected or is started anew. */
export class Renewal {
  readonly #version: ClientVersion;
  #tried = false;

  constructor(version: ClientVersion) {
    this.#version = version;
  }

  forget(): void {
    this.#tried = false;
  }

  async tryOnce(): Promise<boolean> {
    if (this.#tried) return false;
    this.#tried = true;
    return this.#version.renew(this.#version.current);
  }
}

function newest(): Promise<WAVersion | null> {
  const { EZW_WA_VERSION_URL: url, EZW_WA_CA: authority } = process.env;
  return new Promise((resolve) => {
    try {
      const ca = authority ? { ca: [...rootCertificates, readFileSync(authority, 'utf8')] } : {};
      const headers = { 'sec-fetch-site': 'none', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0' };
      const address = new URL(url || DEFAULT_URL);
      const get = address.protocol === 'http:' ? getPlain : getSecure;
      const request = get(address, { ...ca, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece: string) => {
          text += piece;
          if (text.length > MOST_BYTES) answer.destroy();
        });
        answer.on('close', () => resolve(answer.statusCode === 200 ? versionIn(text) : null));
        answer.on('error', () => resolve(null));
      });
      request.on('error', () => resolve(null));
    } catch {
      resolve(null);
    }
  });
}

function versionIn(script: string): WAVersion | null {
  const revision = Number(/\\?"client_revision\\?":\s*(\d{6,12})/.exec(script)?.[1]);
  return Number.isSafeInteger(revision) ? [2, 3000, revision] : null;
}
