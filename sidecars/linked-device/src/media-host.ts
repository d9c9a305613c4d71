// Where files are read from and written to. Senders name a host too; it is never asked.
import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage, ClientRequest } from 'node:http';
import { rootCertificates } from 'node:tls';

export const MEDIA_HOST = 'mmg.whatsapp.net';
const ORIGIN = 'https://web.whatsapp.com';
const MOST_SOCKETS = 32;

/** A host of files, asked over TLS only. Redirects are answers like others, and nobody follows them. */
export class MediaHost {
  readonly #agent: Agent;

  /** @param pinned the only host that files are read from and written to, `name[:port]`; null for WhatsApp's own */
  constructor(
    readonly pinned: string | null,
    authorities: readonly string[],
  ) {
    this.#agent = new Agent({ maxSockets: MOST_SOCKETS, ...(authorities.length > 0 ? { ca: [...rootCertificates, ...authorities] } : {}) });
  }

  static fromEnvironment(environment: NodeJS.ProcessEnv = process.env): MediaHost {
    const { EZW_WA_MEDIA_HOST: host, EZW_WA_CA: authority } = environment;
    return new MediaHost(host || null, authority ? [readFileSync(authority, 'utf8')] : []);
  }

  get downloads(): string {
    return this.pinned ?? MEDIA_HOST;
  }

  /** @throws TypeError when host and path together name another host */
  request(host: string, path: string, options: RequestOptions = {}, onAnswer?: (answer: IncomingMessage) => void): ClientRequest {
    const url = new URL(`https://${host}${path}`);
    if (url.host !== new URL(`https://${host}`).host || url.username || url.password)
      throw new TypeError('The path leads to another host.');
    return request(url, { ...options, agent: this.#agent, headers: { Origin: ORIGIN, ...options.headers } }, onAnswer);
  }

  close(): void {
    this.#agent.destroy();
  }
}
