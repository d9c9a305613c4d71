// The contacts as the admin door sees them: a process that runs them, and a book for each of what it received.
import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { lidJid, numberJid, parseJid } from './jids.mjs';
import { Refusal } from './refusal.mjs';
import { waitFor } from './waiting.mjs';

const PROCESS = fileURLToPath(new URL('./contact-process.mjs', import.meta.url));
const CONNECT_TIMEOUT_MS = 30_000;

/** What one contact has seen. Emits `change`. */
class Book extends EventEmitter {
  state = 'closed';
  /** @type {number | undefined} */
  closeCode;
  /** @type {Map<string, object>} in the order of their first arrival */
  #messages = new Map();
  failures = [];
  statuses = [];
  presences = [];
  history = [];

  constructor(account) {
    super();
    this.setMaxListeners(0);
    this.account = account;
  }

  /** @param {object} message the same id in the same chat is one message that arrived again */
  add(message) {
    const key = `${message.fromMe} ${message.chat} ${message.id}`;
    const known = this.#messages.get(key);
    if (known) {
      known.arrivals++;
      if (JSON.stringify(contentOf(known)) !== JSON.stringify(contentOf(message))) known.altered = true;
    } else {
      this.#messages.set(key, { ...message, arrivals: 1 });
    }
  }

  get received() {
    return [...this.#messages.values()].filter(({ fromMe }) => !fromMe);
  }

  get own() {
    return [...this.#messages.values()].filter(({ fromMe }) => fromMe);
  }
}

const contentOf = ({ arrivals, altered, at, ...content }) => content;

export class Contacts {
  #server;
  #child;
  #nextRequest = 1;
  /** @type {Map<number, { resolve: Function, reject: Function }>} */
  #requests = new Map();
  /** @type {Map<string, Book>} */
  #books = new Map();

  /** @param {import('./server.mjs').WireServer} server */
  constructor(server) {
    this.#server = server;
  }

  /** A new contact pairs with its own phone; a known one connects again. */
  async start(phone, name) {
    const account = this.#server.directory.register(phone, name);
    if (!this.#books.has(phone)) this.#books.set(phone, new Book(account));
    return this.connect(phone);
  }

  async connect(phone) {
    const book = this.book(phone);
    await this.request(phone, 'connect', { url: this.#server.url, name: book.account.name });
    await waitFor(book, 'change', () => book.state === 'open', CONNECT_TIMEOUT_MS, `${phone} did not connect`);
    return book;
  }

  async disconnect(phone) {
    const book = this.book(phone);
    await this.request(phone, 'disconnect', {});
    await waitFor(book, 'change', () => book.state === 'closed', CONNECT_TIMEOUT_MS, `${phone} did not disconnect`);
  }

  book(phone) {
    const book = this.#books.get(phone);
    if (!book) throw new Refusal(404, 'unknown_contact', `There is no contact ${phone}`);
    return book;
  }

  get books() {
    return [...this.#books.values()];
  }

  /** A number means the address by number, or by LID if that is wanted; an address stays as it is. */
  addressOf(to, addressing) {
    if (to.includes('@')) return to;
    return addressing === 'lid' ? lidJid(this.#server.directory.require(to)) : numberJid({ number: to });
  }

  async request(phone, request, parameters) {
    this.book(phone);
    const child = this.#process();
    const id = this.#nextRequest++;
    const answered = new Promise((resolve, reject) => this.#requests.set(id, { resolve, reject }));
    child.send({ id, request, phone, parameters });
    return answered;
  }

  async stop() {
    if (!this.#child || this.#child.exitCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }

  #process() {
    if (this.#child) return this.#child;
    const { media } = this.#server;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: media.authorityFile, MEDIA_HOST: media.host };
    // Standard output belongs to the one line that the server prints.
    this.#child = fork(PROCESS, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => (message.event ? this.#onEvent(message) : this.#onAnswer(message)));
    this.#child.on('exit', (code) => this.#onExit(code));
    return this.#child;
  }

  #onAnswer({ id, result, refusal }) {
    const { resolve, reject } = this.#requests.get(id);
    this.#requests.delete(id);
    if (refusal) reject(new Refusal(refusal.status, refusal.code, refusal.message));
    else resolve(result);
  }

  #onExit(code) {
    for (const { reject } of this.#requests.values()) reject(new Refusal(500, 'contacts_gone', `The contacts' process ended with ${code}`));
    this.#requests.clear();
    if (code) this.#server.report('contacts', `The contacts' process ended with ${code}`);
  }

  #onEvent({ event, phone, detail }) {
    const book = this.#books.get(phone);
    switch (event) {
      case 'qr':
        this.#pair(book, detail.qr);
        break;
      case 'connection':
        book.state = detail.state;
        book.closeCode = detail.code;
        break;
      case 'message':
        book.add({ ...detail, from: this.#numberOf(detail.participant ?? detail.chat) });
        break;
      case 'failure':
        book.failures.push(detail);
        break;
      case 'status':
        book.statuses.push(detail);
        break;
      case 'presence':
        book.presences.push({ ...detail, from: this.#numberOf(detail.id) });
        break;
      default:
        book.history.push(detail);
    }
    book.emit('change');
  }

  #pair(book, qr) {
    this.#server.pairings.scan(qr, book.account.number).catch((problem) => this.#server.report(`contact ${book.account.number}`, problem));
  }

  #numberOf(jid) {
    return this.#server.directory.find(parseJid(jid).user)?.number;
  }
}
