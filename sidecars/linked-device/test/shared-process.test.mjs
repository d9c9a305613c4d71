// Lines of one process share what libsignal keeps for the whole process: a queue for each person whom they talk with.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { LINE, pairedHost, textTo } from './host.mjs';

const FIRST = '34600000401';
const SECOND = '34600000402';
const BORIS = '34600000403';
const OTHER_LINE = LINE.replace(/1$/, '2');

let world;
let host;
before(async () => {
  world = await startWorld();
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
  host = await pairedHost(world, FIRST);
  await host.ask('line.open', { lineId: OTHER_LINE, epoch: 1, identity: null });
  const { mark } = host;
  await host.ask('pairing.begin', { lineId: OTHER_LINE, method: 'qr' });
  const { payload } = await host.event('qr', () => true, mark);
  await world.post('/scan', { qr: payload, phone: SECOND });
  await host.state('connected', 'in_sync', mark);
});
after(async () => {
  await host.end();
  await world.stop();
});

test('a line that is closed while a person’s keys are read keeps no other line from that person', async () => {
  const isOfFirst = (method, { lineId, type }) => method === 'keys.get' && lineId === LINE && type === 'session';
  let asked = false;
  host.intercept = (method, params) => (isOfFirst(method, params) ? ((asked = true), null) : undefined);
  await world.post(`/contacts/${BORIS}/send`, { to: FIRST, kind: 'text', text: 'never read' });
  await host.until(() => asked);
  await host.ask('line.close', { lineId: LINE });

  const sent = textTo(BORIS, 'from the other line', undefined, OTHER_LINE);
  assert.equal((await host.ask('send', sent)).outcome, 'accepted');
  const { id } = await world.post(`/contacts/${BORIS}/send`, { to: SECOND, kind: 'text', text: 'to the other line' });
  await host.event('message', (event) => event.providerMessageId === id);
});

test('what the closed line did not read comes when it is open again', async () => {
  host.intercept = () => undefined;
  await host.ask('line.open', { lineId: LINE, epoch: 2, identity: null });
  await host.ask('line.start', { lineId: LINE });
  await host.event('message', ({ content }) => content.body === 'never read');
});
