// Who is on WhatsApp, under which LID, with which devices.
import { isLid, lidJid, numberJid, parseJid } from './jids.mjs';
import { childOf, childrenOf, contentsOf, stanza } from './stanzas.mjs';

/** @param {import('./iq.mjs').Query} query */
export function answerUsync({ server, child }) {
  const asked = new Set(contentsOf(childOf(child, 'query')).map(({ tag }) => tag));
  const users = childrenOf(childOf(child, 'list'), 'user').map((user) => describe(server.directory, user, asked));
  return [stanza('usync', { ...child.attrs, mode: 'query' }, [stanza('result'), stanza('list', {}, users)])];
}

function describe(directory, user, asked) {
  const phone = childOf(user, 'contact')?.content?.toString().replace('+', '');
  const account = directory.find(phone ?? parseJid(user.attrs.jid).user);
  const facts = [];
  if (asked.has('contact')) facts.push(stanza('contact', { type: account ? 'in' : 'out' }));
  if (account && asked.has('lid')) facts.push(stanza('lid', { val: lidJid(account) }));
  if (account && asked.has('devices')) facts.push(deviceList(account));
  return stanza('user', { jid: addressOf(user, phone, account) }, facts);
}

function addressOf(user, phone, account) {
  if (phone) return numberJid({ number: phone });
  if (!account) return user.attrs.jid;
  return isLid(user.attrs.jid) ? lidJid(account) : numberJid(account);
}

// Baileys leaves out devices without a key index.
function deviceList(account) {
  const devices = [...account.devices.keys()].map((id) => stanza('device', id ? { id: String(id), 'key-index': String(id) } : { id: '0' }));
  return stanza('devices', {}, [stanza('device-list', {}, devices)]);
}
