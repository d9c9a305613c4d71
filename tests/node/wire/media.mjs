// The media host: encrypted files come in by POST /mms/*, and go out by GET, over TLS with a certificate of its own authority.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.mjs';
import { stanza } from './stanzas.mjs';

const HOST = 'localhost';
/** Clients may believe this name to be the media host; the certificate is good for it too. */
const REAL_HOST = 'mmg.whatsapp.net';
const MOST_BYTES_AN_UPLOAD = 256 * 1024 * 1024;
const CLIENT_REVISION = 1_043_857_760;

export class MediaServer {
  #faults;
  #server;
  #folder;
  /** @type {Map<string, Buffer>} ciphertext by path */
  files = new Map();
  uploads = 0;
  downloads = 0;
  /** The revision of the web client that /sw.js names, where clients look for the newest one. */
  clientRevision = CLIENT_REVISION;

  /** @param {import('./faults.mjs').Faults} faults */
  constructor(faults) {
    this.#faults = faults;
  }

  async start() {
    const { authority, certificate, key } = makeCertificate([HOST, REAL_HOST]);
    this.#folder = await mkdtemp(join(tmpdir(), 'wire-media-'));
    this.authorityFile = join(this.#folder, 'authority.pem');
    await writeFile(this.authorityFile, authority);
    this.#server = createServer({ key, cert: certificate }, (request, response) => this.#answer(request, response));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  get host() {
    return `${HOST}:${this.#server.address().port}`;
  }

  /** The answer to a client that asks where to bring its media. */
  connectionInfo() {
    const attrs = { auth: 'test', ttl: '3600', auth_ttl: '3600', max_buckets: '12' };
    return [stanza('media_conn', attrs, [stanza('host', { hostname: this.host })])];
  }

  /** @param {string} name @param {Buffer} bytes ciphertext */
  store(name, bytes) {
    const path = `/v/t62.7118-24/${name}.enc`;
    this.files.set(path, bytes);
    return { url: `https://${this.host}${path}`, direct_path: path };
  }

  /** @param {string} path of a file that is to be found in a new place @returns {string | undefined} the new path */
  renew(path) {
    const file = this.files.get(path);
    return file && this.store(randomBytes(32).toString('base64url'), file).direct_path;
  }

  #answer(request, response) {
    const { pathname } = new URL(request.url, 'https://media');
    if (request.method === 'POST' && /^\/(mms|product)\//.test(pathname)) return this.#upload(request, response, pathname);
    if (request.method !== 'GET') return status(response, 405);
    if (pathname === '/sw.js')
      return response.end(`{\\"client_revision\\":${this.clientRevision},"client_revision":${this.clientRevision}}`);
    return this.#download(request, response, pathname);
  }

  #upload(request, response, path) {
    if (this.#faults.strike('upload-dropped', { path })) return request.destroy();
    const refused = this.#faults.strike('upload-refused', { path });
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
      size += chunk.length;
      if (size <= MOST_BYTES_AN_UPLOAD) chunks.push(chunk);
    });
    request.on('error', () => response.destroy());
    return request.on('end', () => {
      if (refused) return status(response, refused.status ?? 500);
      if (size > MOST_BYTES_AN_UPLOAD) return status(response, 413);
      const bytes = Buffer.concat(chunks);
      const hash = createHash('sha256').update(bytes).digest('base64url');
      // The address names the hash of what is uploaded, and the real host refuses anything else.
      if (hash !== base64url(path.split('/').at(-1))) return status(response, 400);
      this.uploads++;
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify(this.store(hash, bytes)));
    });
  }

  #download(request, response, path) {
    const unavailable = this.#faults.strike('media-unavailable', { path });
    if (unavailable) return status(response, unavailable.status ?? 404);
    const file = this.files.get(path);
    if (!file) return status(response, 404);
    this.downloads++;
    const whole = this.#faults.strike('media-corrupted', { path }) ? corrupted(file) : file;
    const range = rangeOf(request.headers.range, whole.length);
    if (range === 'unsatisfiable') return status(response, 416);
    const bytes = range ? this.#ranged(response, path, whole, range) : whole;
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('accept-ranges', 'bytes');
    response.setHeader('content-length', bytes.length);
    return this.#sendOut(response, path, bytes);
  }

  #ranged(response, path, whole, { start, end }) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${start}-${end}/${whole.length}`);
    const bytes = whole.subarray(start, end + 1);
    return this.#faults.strike('media-range-broken', { path }) ? Buffer.from(bytes).reverse() : bytes;
  }

  #sendOut(response, path, bytes) {
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    if (this.#faults.strike('media-stalled', { path })) return response.write(half);
    if (this.#faults.strike('media-truncated', { path })) return response.write(half, () => response.destroy());
    return response.end(bytes);
  }
}

const base64url = (text) => decodeURIComponent(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

function corrupted(file) {
  const copy = Buffer.from(file);
  copy[Math.floor(copy.length / 2)] ^= 0xff;
  return copy;
}

function rangeOf(header, length) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  const start = Number(match[1]);
  const end = match[2] ? Math.min(Number(match[2]), length - 1) : length - 1;
  return start < length && start <= end ? { start, end } : 'unsatisfiable';
}

function status(response, code) {
  response.statusCode = code;
  response.end();
}
