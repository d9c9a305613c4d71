// The client's first payload: either a device to be paired, or the login of one that is.
import { setTimeout as pause } from 'node:timers/promises';
import { lidJid, SERVER } from './jids.mjs';
import { stanza, unixSeconds } from './stanzas.mjs';

/**
 * @param {import('./server.mjs').WireServer} server
 * @param {import('./connection.mjs').Connection} connection
 * @param {import('baileys').proto.IClientPayload} payload
 */
export async function greet(server, connection, payload) {
  const number = payload.devicePairingData ? undefined : String(payload.username);
  const facts = { phone: number, device: payload.device ?? undefined };
  if (await struckByFault(server.faults, connection, payload, facts)) return;
  if (payload.devicePairingData) server.pairings.offer(connection, payload.devicePairingData);
  else logIn(server, connection, number, payload);
}

async function struckByFault(faults, connection, payload, facts) {
  const delayed = faults.strike('login-delayed', facts);
  if (delayed) await pause(delayed.ms);
  if (faults.strike('login-dropped', facts)) {
    connection.drop();
    return true;
  }
  const revision = payload.userAgent?.appVersion?.tertiary ?? 0;
  if (faults.strike('client-outdated', facts, ({ below }) => revision < below)) {
    fail(connection, { reason: '405' });
    return true;
  }
  const refused = faults.strike('login-refused', facts);
  if (!refused) return false;
  const { reason, code, expire } = refused;
  fail(connection, { reason: String(reason), code: code && String(code), expire: expire && String(expire) });
  return true;
}

function logIn(server, connection, number, payload) {
  const account = server.directory.find(number);
  // Device 0 is the phone: its keys never log in here.
  const device = payload.device ? account?.devices.get(payload.device) : undefined;
  // The key from the pairing is what makes a client that device, whatever it says.
  if (!device?.key.equals(connection.clientKey)) return fail(connection, { reason: '401' });
  connection.account = account;
  connection.device = device;
  device.available = false;
  server.sessions.admit(connection);
  connection.send(stanza('success', { t: unixSeconds(), props: '27', lid: lidJid(account, device.id), location: 'test' }));
  // A passive client first puts its keys in order, and says so with an active iq.
  if (!payload.passive) goLive(server, connection);
}

/** From here on the device is given what waits for it. */
export function goLive(server, connection) {
  server.sessions.of(connection.account.number, connection.device.id).outbox.attach(connection);
  server.live(connection);
}

function fail(connection, attrs) {
  const said = Object.fromEntries(Object.entries({ ...attrs, location: 'test' }).filter(([, value]) => value !== undefined));
  connection.end(stanza('failure', { from: SERVER, ...said }));
}
