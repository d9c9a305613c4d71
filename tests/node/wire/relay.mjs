// Messages between devices. The server carries ciphertext: it decides who gets which copy, and answers with an ack and its time.
import { isGroup, isLid, jidLike, lidJid, numberJid, parseJid } from './jids.mjs';
import { childOf, childrenOf, contentsOf, stanza, unixSeconds } from './stanzas.mjs';

/** What is for the server alone. */
const NOT_RELAYED = new Set(['participants', 'enc', 'device-identity', 'tctoken']);

/**
 * @param {import('./server.mjs').WireServer} server
 * @param {import('./connection.mjs').Connection} connection
 * @param {import('./stanzas.mjs').BinaryNode} node
 */
export function acceptMessage(server, connection, node) {
  const { to, id } = node.attrs;
  const time = unixSeconds();
  const target = targetOf(server.directory, to);
  const facts = { phone: connection.account.number, device: connection.device.id, to: target?.number ?? to, message: id };
  const entry = server.ledger.arrived(facts);
  const ack = (error) => stanza('ack', { class: 'message', id, from: to, t: time, ...(error ? { error: String(error) } : {}) });

  if (server.faults.strike('message-lost', facts)) return;
  if (server.faults.strike('dropped-before-relay', facts)) return connection.drop();
  const refusal = server.faults.strike('ack-refused', facts)?.code ?? refusalOf(connection.account, target);
  if (refusal) return connection.send(ack(refusal));

  relay(server, { account: connection.account, device: connection.device }, node, time);
  entry.relayed++;
  if (server.faults.strike('dropped-after-relay', facts)) return connection.drop();
  if (server.faults.strike('ack-lost', facts)) return;
  const delayed = server.faults.strike('ack-delayed', facts);
  if (delayed) setTimeout(() => connection.send(ack()), delayed.ms).unref();
  else connection.send(ack());
}

/** The error of an ack: nobody has this address, the group is another's, or a restricted account writes to a stranger. */
function refusalOf(account, target) {
  if (!target) return 404;
  if (target.members) return target.members.includes(account) ? undefined : 403;
  return account.restriction && !account.peers.has(target) ? 463 : undefined;
}

const targetOf = (directory, to) => (isGroup(to) ? directory.groups.get(to) : directory.find(parseJid(to).user));

/**
 * Gives every device its own copy.
 * @param {{ account: import('./directory.mjs').Account, device: import('./directory.mjs').Device }} sender
 */
export function relay(server, sender, node, time) {
  const common = contentsOf(node).filter(({ tag }) => !NOT_RELAYED.has(tag));
  const identity = contentsOf(node).filter(({ tag }) => tag === 'device-identity');
  const shared = childOf(node, 'enc');
  for (const { jid, own } of copiesOf(server, sender, node, shared)) {
    const found = server.directory.locate(jid);
    if (!found || found.device === sender.device) continue;
    sender.account.peers.add(found.account);
    found.account.peers.add(sender.account);
    const attrs = isGroup(node.attrs.to)
      ? groupAttributes(sender, node, time)
      : directAttributes(server.directory, sender, found.account, node, time);
    server.deliver(found.account, found.device, stanza('message', attrs, [...own, ...common, ...identity]));
  }
}

/** Who gets what: in a chat one ciphertext each; in a group the shared one, and with it, when it is new, the sender's key. */
function copiesOf(server, sender, node, shared) {
  const { to, participant } = node.attrs;
  const individual = new Map(
    childrenOf(childOf(node, 'participants'), 'to').map((copy) => [deviceKey(server, copy.attrs.jid), { jid: copy.attrs.jid, copy }]),
  );
  if (!isGroup(to)) {
    if (shared) return [{ jid: to, own: [shared] }];
    return [...individual.values()].map(({ jid, copy }) => ({ jid, own: childrenOf(copy, 'enc') }));
  }
  // A retry goes to the one device that asked for it.
  if (participant) return [{ jid: participant, own: [shared] }];
  const everyone = server.directory.groups.get(to).members.flatMap((member) => [...member.devices.keys()].map((id) => lidJid(member, id)));
  return everyone.map((jid) => ({ jid, own: [...childrenOf(individual.get(deviceKey(server, jid))?.copy, 'enc'), shared] }));
}

/** One device has two addresses; both mean the same copy. */
function deviceKey(server, jid) {
  const { user, device } = parseJid(jid);
  return `${server.directory.find(user)?.number ?? user}:${device}`;
}

function directAttributes(directory, sender, recipient, node, time) {
  const { to, id, type, edit, category } = node.attrs;
  // A retry for an own device names the chat in `recipient`, and the device in `to`.
  const chat = node.attrs.recipient ?? to;
  const attrs = { from: jidLike(chat, sender.account, sender.device.id), id, t: time, type, notify: sender.account.name };
  if (edit) attrs.edit = edit;
  if (recipient !== sender.account) {
    return { ...attrs, ...otherAddress('sender', chat, sender.account) };
  }
  // A copy for another device of the sender: what counts there is the other party of the chat.
  if (category) return { ...attrs, category };
  const peer = directory.find(parseJid(chat).user);
  return { ...attrs, recipient: jidLike(chat, peer), ...otherAddress('peer_recipient', chat, peer) };
}

/** The address that a message is not sent by; the number of somebody who hides it is never told. */
function otherAddress(who, chat, account) {
  if (!isLid(chat)) return { [`${who}_lid`]: lidJid(account) };
  return account.hidesNumber ? {} : { [`${who}_pn`]: numberJid(account) };
}

function groupAttributes(sender, node, time) {
  const { to, id, type, edit } = node.attrs;
  return {
    from: to,
    participant: lidJid(sender.account, sender.device.id),
    ...(sender.account.hidesNumber ? {} : { participant_pn: numberJid(sender.account) }),
    addressing_mode: 'lid',
    id,
    t: time,
    type,
    notify: sender.account.name,
    ...(edit ? { edit } : {}),
  };
}
