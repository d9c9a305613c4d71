// The routes of the admin door; README.md describes each of them.
import { describe } from './content.mjs';
import { FAULT_KINDS } from './faults.mjs';
import { announceGroup } from './groups.mjs';
import { lidJid, numberJid } from './jids.mjs';
import { Refusal } from './refusal.mjs';
import { stateOf } from './state.mjs';
import { stanza } from './stanzas.mjs';
import { waitFor } from './waiting.mjs';

const DEFAULT_TIMEOUT_MS = 10_000;
const LONGEST_TIMEOUT_MS = 120_000;

/** @typedef {{ path: Record<string, string>, body: any, query: Record<string, string> }} Request */

/** @type {Record<string, (world: object, request: Request) => unknown>} */
export const ROUTES = {
  'GET /state': (world) => stateOf(world),
  'GET /messages': ({ server }, { query }) => ledgerEntries(server.ledger, query),
  'GET /faults/:id': ({ server }, { path, query }) => struckFault(server.faults, Number(path.id), query),
  'GET /faults': ({ server }) => ({ faults: server.faults.ordered, kinds: FAULT_KINDS }),
  'POST /faults': ({ server }, { body }) => server.faults.order(body),
  'DELETE /faults/:id': ({ server }, { path }) => server.faults.takeBack(Number(path.id)),
  'DELETE /faults': ({ server }) => server.faults.clear(),

  'POST /scan': async ({ server }, { body }) => linkedDevice(await server.pairings.scan(body.qr, body.phone)),
  'POST /enter-code': async ({ server }, { body }) => linkedDevice(await server.pairings.enterCode(body.code ?? '', body.phone)),

  'POST /phones': ({ server }, { body }) => addPhone(server, body),
  'GET /phones/:phone/messages': ({ server }, { path }) => phoneMessages(server, path.phone),
  'DELETE /phones/:phone': ({ server }, { path }) => server.remove(server.directory.require(path.phone)),
  'POST /phones/:phone/send': ({ server }, { path, body }) =>
    sendAsOrdered(server, path.phone, body, (wanted) => server.phones.send(server.directory.require(path.phone), wanted)),
  'POST /phones/:phone/read': ({ server }, { path, body }) => server.phones.read(server.directory.require(path.phone), body),
  'POST /phones/:phone/reachable': ({ server }, { path, body }) => server.directory.require(path.phone).phone.setReachable(body.reachable),
  'POST /phones/:phone/unlink': ({ server }, { path, body }) => unlink(server, path.phone, body.device),
  'POST /phones/:phone/close': ({ server }, { path, body }) => closeSockets(server, path.phone, body),
  'GET /phones/:phone/connected': ({ server }, { path, query }) => connected(server, path.phone, query),

  'POST /groups': ({ server }, { body }) => addGroup(server, body),
  'POST /groups/:id': ({ server }, { path, body }) => renameGroup(server, path.id, body.subject),

  'POST /contacts': async ({ contacts }, { body }) => contactView(await contacts.start(body.phone, body.name)),
  'POST /contacts/:phone/connect': async ({ contacts }, { path }) => contactView(await contacts.connect(path.phone)),
  'POST /contacts/:phone/disconnect': ({ contacts }, { path }) => contacts.disconnect(path.phone),
  'POST /contacts/:phone/send': ({ server, contacts }, { path, body }) =>
    sendAsOrdered(server, path.phone, body, (wanted) =>
      contacts.request(path.phone, 'send', { ...wanted, to: contacts.addressOf(wanted.to, wanted.addressing) }),
    ),
  'POST /contacts/:phone/read': ({ contacts }, { path, body }) => confirm(contacts, path.phone, body, 'read'),
  'POST /contacts/:phone/played': ({ contacts }, { path, body }) => confirm(contacts, path.phone, body, 'played'),
  'POST /contacts/:phone/presence': ({ contacts }, { path, body }) => setPresence(contacts, path.phone, body),
  'POST /contacts/:phone/watch': ({ contacts }, { path, body }) =>
    contacts.request(path.phone, 'watch', { to: contacts.addressOf(body.to) }),
  'POST /contacts/:phone/check': async ({ contacts }, { path, body }) => ({
    numbers: await contacts.request(path.phone, 'check', { numbers: body.numbers }),
  }),
  'GET /contacts/:phone/received': async (world, request) => {
    if (request.query.all !== undefined) await everythingShown(world, request);
    return listed(world, request, 'messages', (book) => book.received);
  },
  'GET /contacts/:phone/own': (world, request) => listed(world, request, 'messages', (book) => book.own),
  'GET /contacts/:phone/statuses': (world, request) => listed(world, request, 'statuses', (book) => book.statuses),
  'GET /contacts/:phone/failures': (world, request) => listed(world, request, 'failures', (book) => book.failures),
  'GET /contacts/:phone/presences': (world, request) => listed(world, request, 'presences', (book) => book.presences),
  'GET /contacts/:phone/history': (world, request) => listed(world, request, 'history', (book) => book.history),
  'GET /contacts/:phone/files/:id': ({ contacts }, { path }) => contacts.request(path.phone, 'download', { id: path.id }),
};

const linkedDevice = ({ account, device }) => ({
  phone: account.number,
  device: device.id,
  jid: numberJid(account, device.id),
  lid: lidJid(account, device.id),
});

/** `?arrived=` waits until the messages asked for came so often. */
async function ledgerEntries(ledger, query) {
  const { id, phone, arrived = 0 } = query;
  const entries = () => ledger.entries.filter((entry) => (id ?? entry.message) === entry.message && (phone ?? entry.phone) === entry.phone);
  const count = () => entries().reduce((sum, entry) => sum + entry.arrived, 0);
  await waitFor(
    ledger,
    'change',
    () => count() >= Number(arrived),
    timeoutOf(query),
    () => `${count()} of ${arrived} messages arrived`,
  );
  return { messages: entries() };
}

/** `?struck=` waits until the fault struck so often. */
async function struckFault(faults, id, query) {
  const fault = faults.require(id);
  const wanted = Number(query.struck ?? 0);
  await waitFor(
    faults,
    'change',
    () => fault.struck >= wanted,
    timeoutOf(query),
    () => `${fault.kind} struck ${fault.struck} times`,
  );
  return fault;
}

function addPhone(server, { phone, name, history, restrictedUntil, hidesNumber }) {
  const account = server.directory.register(phone, name);
  if (history !== undefined) account.history = history;
  if (hidesNumber !== undefined) account.hidesNumber = hidesNumber;
  if (restrictedUntil !== undefined) server.restrict(account, restrictedUntil);
  return { phone: account.number, lid: lidJid(account), jid: numberJid(account) };
}

function phoneMessages(server, phone) {
  const { entries } = server.directory.require(phone).phone;
  return { messages: entries.map(({ message, ...entry }) => ({ ...entry, ...describe(message) })) };
}

function devicesOf(server, phone, device) {
  const account = server.directory.require(phone);
  const devices = account.companions.filter(({ id }) => device === undefined || id === Number(device));
  if (!devices.length) throw new Refusal(404, 'no_device', `${phone} has no such linked device`);
  return { account, devices };
}

function unlink(server, phone, device) {
  const { account, devices } = devicesOf(server, phone, device);
  for (const one of devices) server.unlink(account, one);
}

/** With a `code` the sockets end with a stream error, without one they are cut. */
function closeSockets(server, phone, { device, code }) {
  const { account, devices } = devicesOf(server, phone, device);
  const open = devices.map(({ id }) => server.sessions.current(account.number, id)).filter(Boolean);
  for (const connection of open) {
    if (code === undefined) connection.drop();
    else connection.end(stanza('stream:error', { code: String(code) }));
  }
  return { closed: open.length };
}

/** Waits for `?count=` connected devices (0: none), and for exactly `?sockets=` open sockets and `?waiting=` queued stanzas. */
async function connected(server, phone, query) {
  const account = server.directory.require(phone);
  const sessions = () => account.companions.map(({ id }) => server.sessions.of(phone, id));
  const count = () => sessions().filter(({ current }) => current).length;
  const sockets = () => sessions().reduce((sum, { open }) => sum + open.size, 0);
  const waiting = () => sessions().reduce((sum, { outbox }) => sum + outbox.waiting.length, 0);
  const exactly = (wanted, actual) => wanted === undefined || actual === Number(wanted);
  const enough = () => (query.count === '0' ? count() === 0 : count() >= Number(query.count ?? 0));
  const holds = () => enough() && exactly(query.sockets, sockets()) && exactly(query.waiting, waiting());
  const complaint = () => `${phone} has ${count()} devices connected by ${sockets()} sockets, and ${waiting()} stanzas wait`;
  await waitFor(server.sessions, 'change', holds, timeoutOf(query), complaint);
  return { connected: count(), sockets: sockets(), waiting: waiting() };
}

function addGroup(server, { subject, members }) {
  const group = server.directory.createGroup(
    subject,
    members.map((phone) => server.directory.require(phone)),
  );
  announceGroup(server, group, 'create');
  return { id: group.id };
}

function renameGroup(server, id, subject) {
  const group = server.directory.requireGroup(id);
  group.subject = subject;
  announceGroup(server, group, 'subject');
}

async function sendAsOrdered(server, phone, wanted, send) {
  if (typeof wanted.to !== 'string') throw new Refusal(400, 'invalid_address', 'A recipient is a phone number, an address or a group');
  const id = await send(wanted);
  if (server.faults.strike('sent-twice', { phone, message: id })) await send({ ...wanted, id });
  return { id };
}

const contactView = ({ account, state }) => ({ phone: account.number, jid: numberJid(account), lid: lidJid(account), state });

function confirm(contacts, phone, { ids }, type) {
  const wanted = ids ?? contacts.book(phone).received.map(({ id }) => id);
  return contacts.request(phone, 'confirm', { ids: wanted, type });
}

function setPresence(contacts, phone, { to, state }) {
  return contacts.request(phone, 'presence', { to: to && contacts.addressOf(to), state });
}

/** A device confirms a message before it shows it, so only the contact itself can say that nothing more is on its way. */
async function everythingShown({ server, contacts }, { path: { phone }, query }) {
  const book = contacts.book(phone);
  const hidden = () => {
    const shown = new Set(book.received.map(({ id }) => id));
    return server.ledger.entries.filter(
      ({ phone: from, to, relayed, message }) => to === phone && from !== phone && relayed > 0 && !shown.has(message),
    );
  };
  const complaint = () => `${phone} does not show ${hidden().map(({ message }) => message)}`;
  await waitFor(book, 'change', () => hidden().length === 0, timeoutOf(query), complaint);
}

/** `?count=` waits until there are that many; `?id=` waits for one message. */
async function listed({ contacts }, { path, query }, name, itemsOf) {
  const book = contacts.book(path.phone);
  const items = () => itemsOf(book).filter(({ id }) => query.id === undefined || id === query.id);
  const wanted = query.count === undefined && query.id !== undefined ? 1 : Number(query.count ?? 0);
  const complaint = () => `${path.phone} has ${items().length} of ${wanted} ${name}`;
  await waitFor(book, 'change', () => items().length >= wanted, timeoutOf(query), complaint);
  return { [name]: items() };
}

const timeoutOf = ({ timeout_ms: wanted }) => Math.min(Number(wanted ?? DEFAULT_TIMEOUT_MS), LONGEST_TIMEOUT_MS);
