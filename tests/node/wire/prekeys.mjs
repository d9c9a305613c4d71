// The public keys that devices leave with the server, and give to whoever wants to write to them first.
import { parseJid } from './jids.mjs';
import { bigEndian, childOf, childrenOf, stanza } from './stanzas.mjs';

const KEY_TYPE = Buffer.from([5]);
/** With so many left, the device is asked for more; Baileys does not listen to a higher number. */
const FEW_KEYS = 4;

/** @typedef {import('./iq.mjs').Query} Query */

/** @param {Query} query */
export const preKeyCount = ({ connection }) => [stanza('count', { value: String(connection.device.preKeys.length) })];

/** @param {Query} query */
export const digest = ({ connection: { device } }) => [
  stanza('digest', {}, [stanza('registration', {}, bigEndian(device.registrationId, 4)), stanza('identity', {}, device.identity)]),
];

/** @param {Query} query */
export function upload({ connection, node }) {
  for (const key of childrenOf(childOf(node, 'list'), 'key')) connection.device.preKeys.push(readKey(key));
  const signed = childOf(node, 'skey');
  if (signed) connection.device.signedPreKey = readSignedKey(signed);
}

/** @param {Query} query */
export function rotate({ connection, child }) {
  connection.device.signedPreKey = readSignedKey(childOf(child, 'skey'));
}

/** @param {Query} query */
export function giveBundles({ server, child }) {
  const users = childrenOf(child, 'user').map(({ attrs: { jid } }) => {
    const { user, device } = parseJid(jid);
    const found = server.directory.find(user)?.devices.get(device);
    if (!found) return stanza('user', { jid }, [stanza('error', { code: '404', text: 'item-not-found' })]);
    const bundle = takeBundle(found);
    if (found.preKeys.length === FEW_KEYS) server.askForKeys(server.directory.find(user), found);
    return stanza('user', { jid }, bundleNodes(bundle));
  });
  return [stanza('list', {}, users)];
}

/** A one-time key leaves with the bundle; without one left, the signed key alone has to do. */
export const takeBundle = (device) => ({ ...device, preKey: device.preKeys.shift() });

function bundleNodes({ registrationId, identity, signedPreKey, preKey }) {
  const nodes = [
    stanza('registration', {}, bigEndian(registrationId, 4)),
    stanza('type', {}, KEY_TYPE),
    stanza('identity', {}, identity),
    stanza('skey', {}, [...keyNodes(signedPreKey), stanza('signature', {}, signedPreKey.signature)]),
  ];
  return preKey ? [...nodes, stanza('key', {}, keyNodes(preKey))] : nodes;
}

const keyNodes = ({ id, value }) => [stanza('id', {}, bigEndian(id, 3)), stanza('value', {}, value)];

const readKey = (node) => ({ id: childOf(node, 'id').content.readUIntBE(0, 3), value: childOf(node, 'value').content });

const readSignedKey = (node) => ({ ...readKey(node), signature: childOf(node, 'signature').content });
