// The past of a phone on its way through a whole sidecar: confirmed early, told piece by piece, and told again after a crash.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { Host, LINE, pair, restartedHost } from './host.mjs';

const BORIS = '34600000302';

let world;
let host;
let phones = 0;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
});
afterEach(async () => {
  await world.clearFaults();
  await host?.kill();
  host = null;
});
after(() => world.stop());

/** A phone with a past of so many files, and the line that it is linked to. */
async function link({ files = 3, asFiles = true, intercept } = {}) {
  const phone = `346000003${++phones + 10}`;
  const messages = Array.from({ length: files * 2 }, (_, index) => ({
    id: `${phone}-${index}`,
    fromMe: index % 2 === 1,
    text: `m${index}`,
    at: 1_700_000_000 + index,
  }));
  const chats = [{ with: BORIS, name: 'Boris', messages }];
  await world.post('/phones', { phone, history: { chats, messagesABlob: 2, files: asFiles } });
  host = new Host(world);
  if (intercept) host.intercept = intercept;
  await pair(host, world, phone);
  return { phone, ids: messages.map(({ id }) => id) };
}

const told = () => host.store.events.filter(({ event }) => event.kind === 'history').map(({ event }) => event);
const idsTold = () => told().flatMap(({ messages = [] }) => messages.map(({ providerMessageId }) => providerMessageId));
const complete = () => host.until(() => told().some((event) => event.complete), () => JSON.stringify(told()));
const announcements = () => [...host.store.of(LINE).keys()].filter((key) => key.startsWith('history'));
const isHistory = (method, { event }) => method === 'event' && event.kind === 'history';

for (const asFiles of [false, true]) {
  test(`the past is told whole and in order, ${asFiles ? 'from the pinned media host' : 'from the announcements themselves'}`, async () => {
    const { ids, phone } = await link({ asFiles });
    await complete();
    assert.deepEqual(idsTold(), ids);
    assert.deepEqual(
      told().map(({ progress }) => progress),
      [33, 67, 100],
    );
    assert.ok(told().every((event) => event.messages.every(({ chat }) => chat.phoneNumber === `+${BORIS}` && chat.lid)));
    assert.deepEqual(told()[0].names.map(({ name }) => name), ['Boris']);
    await host.until(() => announcements().length === 0);
    await world.get(`/phones/${phone}/connected?count=1&waiting=0`);
    // The engine has learned who is who, too.
    assert.ok([...host.store.of(LINE).keys()].some((key) => key === `lid-mapping ${BORIS}`));
  });
}

test('a crash after the announcements were confirmed tells the past again, from where it was', async () => {
  const { ids, phone } = await link({ intercept: (method, params) => (isHistory(method, params) ? null : undefined) });
  await host.until(() => announcements().length === 4);
  // Nothing waits at WhatsApp any more: it would not hand these over a second time.
  await world.get(`/phones/${phone}/connected?count=1&waiting=0`);
  await host.kill();
  await world.get(`/phones/${phone}/connected?count=0&sockets=0`);
  assert.deepEqual(told(), []);
  host = await restartedHost(world, host.store);
  await complete();
  assert.deepEqual(idsTold(), ids);
  await host.until(() => announcements().length === 0);
});

test('what comes live waits for one piece of the past and not for all of it', async () => {
  let live;
  const { ids } = await link({
    intercept: async (method, params) => {
      if (!isHistory(method, params) || live) return undefined;
      live = await world.post(`/contacts/${BORIS}/send`, { to: `346000003${phones + 10}`, kind: 'text', text: 'now' });
      while ((await host.ask('metrics')).events.waiting < 2) await nextTurn();
      return undefined;
    },
  });
  await complete();
  const order = host.store.events.flatMap(({ event }) =>
    event.kind === 'history' ? event.messages.slice(0, 1) : event.kind === 'message' ? [event] : [],
  );
  assert.deepEqual(
    order.map(({ providerMessageId }) => providerMessageId),
    [ids[0], live.id, ids[2], ids[4]],
  );
});

test('a part that cannot be had is told as a gap, and the rest comes', async () => {
  const intercept = async (method, params) => {
    // The first file comes with its announcement; the media host loses the second.
    if (isHistory(method, params) && params.event.progress === 33) await world.fault('media-unavailable', { status: 404, times: 1 });
    return undefined;
  };
  const { ids } = await link({ intercept });
  await complete();
  assert.deepEqual(idsTold(), [...ids.slice(0, 2), ...ids.slice(4)]);
  assert.deepEqual(
    told().map(({ gap = false, progress, complete: isComplete }) => [gap, progress, isComplete]),
    [
      [false, 33, false],
      [true, 67, false],
      [false, 100, true],
    ],
  );
});

test('a media host that is away for a moment is asked again', async () => {
  const intercept = async (method, params) => {
    if (isHistory(method, params) && params.event.progress === 33) await world.fault('media-unavailable', { status: 503, times: 1 });
    return undefined;
  };
  const { ids } = await link({ intercept });
  await complete();
  assert.deepEqual(idsTold(), ids);
});
