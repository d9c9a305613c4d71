// Who is online and who is typing. Nothing of it is kept for devices that are away.
import { isGroup, jidLike, lidJid, parseJid } from './jids.mjs';
import { stanza } from './stanzas.mjs';

export class Presence {
  #server;
  /** @type {Map<import('./directory.mjs').Account, Map<import('./connection.mjs').Connection, string>>} with the address asked for */
  #watchers = new Map();

  /** @param {import('./server.mjs').WireServer} server */
  constructor(server) {
    this.#server = server;
  }

  /** @param {import('./connection.mjs').Connection} connection @param {import('./stanzas.mjs').BinaryNode} node */
  accept(connection, node) {
    const { type, to } = node.attrs;
    if (type === 'subscribe') return this.#subscribe(connection, to);
    if (type !== 'available' && type !== 'unavailable') return;
    connection.device.available = type === 'available';
    this.#announce(connection.account);
  }

  /** Typing reaches devices that called themselves available, as on the real server. */
  acceptTyping(connection, node) {
    const { to } = node.attrs;
    const { account } = connection;
    const recipients = isGroup(to) ? this.#membersBut(to, account) : [this.#server.directory.find(parseJid(to).user)];
    const attrs = isGroup(to) ? { from: to, participant: lidJid(account) } : { from: jidLike(to, account) };
    for (const recipient of recipients.filter(Boolean)) {
      for (const device of recipient.companions.filter(({ available }) => available)) {
        this.#server.sessions.current(recipient.number, device.id)?.send(stanza('chatstate', attrs, node.content));
      }
    }
  }

  disconnected(connection) {
    for (const watchers of this.#watchers.values()) watchers.delete(connection);
    if (!connection.device?.available || this.#server.sessions.current(connection.account.number, connection.device.id)) return;
    connection.device.available = false;
    this.#announce(connection.account);
  }

  #membersBut(group, account) {
    return (this.#server.directory.groups.get(group)?.members ?? []).filter((member) => member !== account);
  }

  #subscribe(connection, jid) {
    const account = this.#server.directory.find(parseJid(jid).user);
    if (!account) return;
    if (!this.#watchers.has(account)) this.#watchers.set(account, new Map());
    this.#watchers.get(account).set(connection, jid);
    this.#tell(account, connection, jid);
  }

  #announce(account) {
    for (const [connection, jid] of this.#watchers.get(account) ?? []) this.#tell(account, connection, jid);
  }

  #tell(account, connection, jid) {
    const online = account.companions.some(({ available }) => available);
    const attrs = { from: jidLike(jid, account), type: online ? 'available' : 'unavailable' };
    connection.send(stanza('presence', online ? attrs : { ...attrs, last: 'deny' }));
  }
}
