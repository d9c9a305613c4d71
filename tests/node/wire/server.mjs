// The test server: what a client sees of WhatsApp, put together from its parts.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.mjs';
import { Directory } from './directory.mjs';
import { Faults } from './faults.mjs';
import { answerQuery, timelockOf } from './iq.mjs';
import { lidJid, numberJid } from './jids.mjs';
import { Ledger } from './ledger.mjs';
import { greet } from './login.mjs';
import { MediaServer } from './media.mjs';
import { ServerIdentity } from './noise.mjs';
import { Pairings } from './pairing.mjs';
import { PhoneLines } from './phone-lines.mjs';
import { Presence } from './presence.mjs';
import { acceptReceipt } from './receipts.mjs';
import { acceptMessage } from './relay.mjs';
import { Sessions } from './sessions.mjs';
import { notification, stanza } from './stanzas.mjs';

const LOOPBACK = '127.0.0.1';
const MOST_PROBLEMS = 100;

export class WireServer {
  #sockets;
  identity = new ServerIdentity();
  directory = new Directory();
  faults = new Faults();
  ledger = new Ledger();
  sessions = new Sessions();
  pairings = new Pairings(this);
  presence = new Presence(this);
  phones = new PhoneLines(this);
  media = new MediaServer(this.faults);
  /** What went wrong inside, newest last: shown in the state, so that no test passes over it. */
  problems = [];

  async start() {
    this.#sockets = new WebSocketServer({ host: LOOPBACK, port: 0, path: '/ws/chat', verifyClient: (_, decide) => this.#admit(decide) });
    this.#sockets.on('connection', (socket) => this.faults.strike('connection-stalled', {}) ?? new Connection(this, socket));
    await Promise.all([once(this.#sockets, 'listening'), this.media.start()]);
    return this;
  }

  #admit(decide) {
    const refused = this.faults.strike('connection-refused', {});
    decide(!refused, refused?.status ?? 503);
  }

  get url() {
    return `ws://${LOOPBACK}:${this.#sockets.address().port}/ws/chat`;
  }

  async stop() {
    for (const socket of this.#sockets.clients) socket.terminate();
    await Promise.all([new Promise((resolve) => this.#sockets.close(resolve)), this.media.stop()]);
  }

  greeted(connection, payload) {
    return greet(this, connection, payload);
  }

  /** @param {Connection} connection @param {import('./stanzas.mjs').BinaryNode} node */
  received(connection, node) {
    if (node.tag === 'iq') return answerQuery(this, connection, node);
    if (!connection.device) return undefined;
    switch (node.tag) {
      case 'message':
        return acceptMessage(this, connection, node);
      case 'receipt':
        return acceptReceipt(this, connection, node);
      case 'ack':
        return this.sessions.of(connection.account.number, connection.device.id).outbox.confirmByAck(node);
      case 'presence':
        return this.presence.accept(connection, node);
      case 'chatstate':
        return this.presence.acceptTyping(connection, node);
      default:
        return undefined;
    }
  }

  stale(connection) {
    if (connection.device) this.sessions.of(connection.account.number, connection.device.id).staleStanzas++;
  }

  disconnected(connection) {
    this.sessions.closed(connection);
    this.presence.disconnected(connection);
    this.pairings.disconnected(connection);
  }

  /** Every copy for every device passes here; the phone reads for itself. */
  deliver(account, device, node) {
    if (device.id === 0) return this.phones.receive(account, node);
    const { outbox } = this.sessions.of(account.number, device.id);
    if (node.tag !== 'message') return this.#deliverOther(outbox, account, device, node);
    const facts = { phone: account.number, device: device.id, message: node.attrs.id };
    const copy = this.faults.strike('delivery-corrupted', facts) ? withDamagedCiphertext(node) : node;
    const copies = this.faults.strike('delivered-twice', facts) ? 2 : 1;
    const put = () => Array.from({ length: copies }, () => outbox.put(copy));
    const delayed = this.faults.strike('delivery-delayed', facts);
    if (delayed) setTimeout(put, delayed.ms).unref();
    else put();
    return undefined;
  }

  #deliverOther(outbox, account, device, node) {
    const facts = { phone: account.number, device: device.id, message: node.attrs.id };
    outbox.put(node);
    if (node.tag === 'receipt' && this.faults.strike('receipt-delivered-twice', facts)) outbox.put(node);
  }

  linked(account, device) {
    this.phones.linked(account, device);
    this.#tellDeviceChange(account, device, 'add');
  }

  live(connection) {
    this.phones.live(connection.account, connection.device);
  }

  /** The device is no longer one of the account's: it is told, and its keys are forgotten. */
  unlink(account, device) {
    account.devices.delete(device.id);
    this.#tellDeviceChange(account, device, 'remove');
    const lastWord = stanza('stream:error', { code: '401' }, [stanza('conflict', { type: 'device_removed' })]);
    this.sessions.current(account.number, device.id)?.end(lastWord);
  }

  /** The number leaves WhatsApp: nobody finds it any more, and its devices are logged out. */
  remove(account) {
    for (const device of account.companions) this.unlink(account, device);
    this.directory.remove(account);
  }

  askForKeys(account, device) {
    this.deliver(account, device, notification('encrypt', [stanza('count', { value: String(device.preKeys.length) })]));
  }

  /** Clients keep the device lists of the people they write to, and count on being told when one changes. */
  #tellDeviceChange(account, device, change) {
    const attrs = { from: numberJid(account), lid: lidJid(account) };
    // Named by both addresses, since lists are kept by the address that was used.
    const devices = [numberJid(account, device.id), lidJid(account, device.id)].map((jid) => stanza('device', { jid }));
    const changed = stanza(change, { device_hash: '2:test' }, devices);
    for (const peer of account.peers) {
      for (const told of peer.companions) if (told !== device) this.deliver(peer, told, notification('devices', [changed], attrs));
    }
  }

  /** WhatsApp keeps the account from writing to strangers until then, and says so to its devices. `null` lifts it. */
  restrict(account, until) {
    account.restriction = until === null ? undefined : { until };
    const payload = { xwa2_notify_account_reachout_timelock: timelockOf(account) };
    const update = stanza('update', { op_name: 'NotificationUserReachoutTimelockUpdate' }, Buffer.from(JSON.stringify({ data: payload })));
    for (const device of account.companions) this.deliver(account, device, notification('mex', [update]));
  }

  report(where, problem) {
    this.problems.push({ where, problem: problem?.stack ?? String(problem) });
    if (this.problems.length > MOST_PROBLEMS) this.problems.shift();
  }
}

function withDamagedCiphertext(node) {
  const content = node.content.map((child) => {
    if (child.tag !== 'enc') return child;
    const damaged = Buffer.from(child.content);
    damaged[damaged.length - 1] ^= 0xff;
    return { ...child, content: damaged };
  });
  return { ...node, content };
}
