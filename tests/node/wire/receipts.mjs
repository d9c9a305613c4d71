// Delivery, read, played and retry receipts on their way back to the sender.
import { isGroup, jidLike, lidJid, parseJid } from './jids.mjs';
import { stanza, unixSeconds } from './stanzas.mjs';

/** The other types are between a device and the server: `inactive` says delivered in the background, where the phone speaks for all. */
const FOR_THE_SENDER = new Set([undefined, 'read', 'played', 'retry']);

/**
 * @param {import('./server.mjs').WireServer} server
 * @param {import('./connection.mjs').Connection} connection
 * @param {import('./stanzas.mjs').BinaryNode} node
 */
export function acceptReceipt(server, connection, node) {
  const { account, device } = connection;
  const { id, type, to, participant } = node.attrs;
  connection.send(stanza('ack', { class: 'receipt', id, from: to, ...(type ? { type } : {}), ...(participant ? { participant } : {}) }));
  server.sessions.of(account.number, device.id).outbox.confirmByReceipt(node);
  if (type === 'server-error') return server.phones.bringAgain(account, device, node);
  if (!to || !FOR_THE_SENDER.has(type)) return;
  if (server.faults.strike('receipt-lost', { phone: account.number, device: device.id, message: id })) return;
  relayReceipt(server, { account, device }, node);
}

/** @param {{ account: import('./directory.mjs').Account, device: import('./directory.mjs').Device }} reader */
export function relayReceipt(server, reader, node) {
  const { to, type, participant, recipient, id } = node.attrs;
  const addressee = isGroup(to) ? participant : to;
  const sender = server.directory.find(parseJid(addressee).user);
  if (!sender) return;
  // A retry is answered by the very device that wrote; everything else is for all of the sender's devices.
  const retry = type === 'retry';
  if (sender === reader.account && !retry) return;
  const readerJid = (like) => jidLike(like, reader.account, retry ? reader.device.id : undefined);
  const attrs = { id, t: node.attrs.t ?? unixSeconds() };
  if (type) attrs.type = type;
  if (isGroup(to)) Object.assign(attrs, { from: to, participant: lidJid(reader.account, retry ? reader.device.id : undefined) });
  else attrs.from = readerJid(to);
  if (retry && recipient) attrs.recipient = recipient;
  const wanted = parseJid(addressee).device;
  for (const device of sender.devices.values()) {
    if (retry ? device.id === wanted : device.id !== 0) server.deliver(sender, device, stanza('receipt', attrs, node.content));
  }
}
