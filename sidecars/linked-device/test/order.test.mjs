// The order in which a line tells what people write, whatever is slow or has waited.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { LINE, pairedHost, textTo } from './host.mjs';

const OWN = '34600000101';
const BORIS = '34600000102';
const CARLA = '34600000103';

let world;
let host;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
  await world.post('/contacts', { phone: CARLA, name: 'Carla' });
  host = await pairedHost(world, OWN);
});
after(async () => {
  await host.end();
  await world.stop();
});

const fromBoris = (text, more = {}) => world.post(`/contacts/${BORIS}/send`, { to: OWN, kind: 'text', text, ...more });
const seen = (id) => host.event('message', (event) => event.providerMessageId === id);

test('messages that came while the line was stopped are messages, not history', async () => {
  await host.ask('line.stop', { lineId: LINE });
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  const { id: first } = await fromBoris('one');
  const { id: second } = await fromBoris('two');
  const { mark } = host;
  await host.ask('line.start', { lineId: LINE });
  await seen(second);
  const order = host.store.events.slice(mark).map(({ event }) => event.providerMessageId).filter((id) => id === first || id === second);
  assert.deepEqual(order, [first, second]);
  await host.state('connected', 'in_sync', mark);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('what waited at WhatsApp is told before what is written meanwhile', async () => {
  await host.ask('line.stop', { lineId: LINE });
  await world.get(`/phones/${OWN}/connected?count=0&sockets=0`);
  const ids = [];
  for (let number = 0; number < 8; number++) ids.push((await fromBoris(`waiting ${number}`)).id);
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  host.intercept = async (method, { event }) => {
    if (method === 'event' && event.providerMessageId === ids[0]) await held;
    return undefined;
  };
  const { mark } = host;
  await host.ask('line.start', { lineId: LINE });
  await host.until(() => host.requests.some(({ params }) => params.event?.providerMessageId === ids[0]));
  for (let number = 0; number < 4; number++) ids.push((await fromBoris(`new ${number}`)).id);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=12`);
  // An answer that comes after the last message: the sidecar has that one by now.
  await host.ask('numbers.check', { lineId: LINE, phoneNumbers: [`+${BORIS}`] });
  letGo();
  await seen(ids.at(-1));
  host.intercept = () => undefined;
  const told = host.store.events.slice(mark).filter(({ event }) => event.kind === 'message').map(({ event }) => event.providerMessageId);
  assert.deepEqual(told, ids);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('the first messages of a stranger stay in order, however long it takes to store who it is', async () => {
  const stranger = '34600000104';
  await world.post('/contacts', { phone: stranger, name: 'Dora' });
  host.intercept = async (method) => {
    if (method === 'keys.set') await new Promise((resolve) => setTimeout(resolve, 150));
    return undefined;
  };
  const ids = [];
  for (const text of ['one', 'two', 'three']) {
    ids.push((await world.post(`/contacts/${stranger}/send`, { to: OWN, kind: 'text', text })).id);
  }
  await seen(ids[2]);
  host.intercept = () => undefined;
  assert.deepEqual(host.store.events.map(({ event }) => event.providerMessageId).filter((id) => ids.includes(id)), ids);
});

test('a host that is slow gets everything in order, and sends go on meanwhile', async () => {
  const ids = [];
  host.intercept = async (method, { event }) => {
    if (method === 'event' && event.kind === 'message') await new Promise((resolve) => setTimeout(resolve, 30));
    return undefined;
  };
  const { mark } = host;
  const sending = [1, 2, 3].map((number) => host.ask('send', textTo(CARLA, `meanwhile ${number}`)));
  for (let number = 0; number < 20; number++) ids.push((await fromBoris(`number ${number}`)).id);
  for (const { outcome } of await Promise.all(sending)) assert.equal(outcome, 'accepted');
  await seen(ids.at(-1));
  host.intercept = () => undefined;
  const told = host.store.events.slice(mark).filter(({ event }) => event.kind === 'message').map(({ event }) => event.providerMessageId);
  assert.deepEqual(told, ids);
  const seqs = host.store.events.map(({ seq }) => seq);
  assert.deepEqual(seqs, [...seqs].sort((one, other) => one - other));
});

test('the server saw nothing wrong', async () => {
  const { problems } = await world.get('/state');
  assert.deepEqual(problems, []);
});
