// Queries of clients, by namespace, type and first child. What is not in the table gets an empty result, which Baileys accepts.
import { digest, giveBundles, preKeyCount, rotate, upload } from './prekeys.mjs';
import { answerUsync } from './usync.mjs';
import { describeGroup, participating } from './groups.mjs';
import { goLive } from './login.mjs';
import { SERVER } from './jids.mjs';
import { Refusal } from './refusal.mjs';
import { childrenOf, contentsOf, stanza } from './stanzas.mjs';

/**
 * @typedef {object} Query
 * @property {import('./server.mjs').WireServer} server
 * @property {import('./connection.mjs').Connection} connection
 * @property {import('./stanzas.mjs').BinaryNode} node
 * @property {import('./stanzas.mjs').BinaryNode} child the first child of the iq
 */

/** @type {Record<string, (query: Query) => import('./stanzas.mjs').BinaryNode[] | undefined>} */
const ANSWERS = {
  'encrypt get count': preKeyCount,
  'encrypt get digest': digest,
  'encrypt get key': giveBundles,
  'encrypt set registration': upload,
  'encrypt set rotate': rotate,
  'usync get usync': answerUsync,
  'w:g2 get query': describeGroup,
  'w:g2 get participating': participating,
  'w:m set media_conn': ({ server }) => server.media.connectionInfo(),
  'md set link_code_companion_reg': linkByCode,
  'abt get props': () => [stanza('props', { hash: 'test' }, [])],
  'privacy get privacy': () => [stanza('privacy', {}, [stanza('category', { name: 'readreceipts', value: 'all' })])],
  'blocklist get ': () => [stanza('list', {}, [])],
  'w:sync:app:state set sync': emptyAppState,
  'w:mex get query': ({ connection }) => [
    stanza('result', {}, Buffer.from(JSON.stringify({ data: { xwa2_fetch_account_reachout_timelock: timelockOf(connection.account) } }))),
  ],
};

export function answerQuery(server, connection, node) {
  const { xmlns, type, id } = node.attrs;
  const child = contentsOf(node)[0] ?? stanza('');
  if (type === 'result' || type === 'error') {
    if (child.tag === 'pair-device-sign') server.pairings.signedByCompanion(connection);
    return;
  }
  const facts = { phone: connection.account?.number, device: connection.device?.id, xmlns };
  if (server.faults.strike('query-unanswered', facts)) return;
  const refused = server.faults.strike('query-refused', facts);
  const answer = refused
    ? { type: 'error', contents: [stanza('error', { code: String(refused.code), text: 'ordered' })] }
    : compute({ server, connection, node, child });
  connection.send(stanza('iq', { from: node.attrs.to ?? SERVER, type: answer.type, id }, answer.contents));
  // What changes the connection itself comes after its answer.
  if (xmlns === 'passive' && child.tag === 'active' && connection.device) goLive(server, connection);
  if (xmlns === 'md' && child.tag === 'remove-companion-device') server.unlink(connection.account, connection.device);
}

function compute(query) {
  const { connection, node, child } = query;
  const { xmlns, type } = node.attrs;
  const handler = ANSWERS[`${xmlns} ${type} ${child.tag}`] ?? ANSWERS[`${xmlns} ${type} `];
  try {
    // A device that is not linked yet may only talk about its linking.
    if (!connection.device && handler && xmlns !== 'md') throw new Refusal(401, 'not-authorized', 'Not logged in');
    return { type: 'result', contents: handler?.(query) };
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    return { type: 'error', contents: [stanza('error', { code: String(problem.status), text: problem.code })] };
  }
}

function linkByCode({ server, connection, child }) {
  return child.attrs.stage === 'companion_hello'
    ? server.pairings.helloOfCompanion(connection, child)
    : server.pairings.finishOfCompanion(connection, child);
}

function emptyAppState({ child }) {
  const collections = childrenOf(child, 'collection').map(({ attrs: { name } }) => stanza('collection', { name, version: '0' }, []));
  return [stanza('sync', {}, collections)];
}

/** @param {import('./directory.mjs').Account} account */
export function timelockOf({ restriction }) {
  if (!restriction) return { is_active: false };
  return { is_active: true, time_enforcement_ends: String(restriction.until), enforcement_type: 'BIZ_QUALITY' };
}
