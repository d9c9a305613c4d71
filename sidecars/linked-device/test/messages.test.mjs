import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startWorld } from '../../../tests/node/wire/test/world.mjs';
import { fault, LINE, newId, pairedHost, textTo } from './host.mjs';

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
const arrivals = async (id) => (await world.get(`/contacts/${BORIS}/received?id=${id}`)).messages;

test('a lost acknowledgement is ambiguous, and the same id again is one message', async () => {
  await world.fault('ack-lost', { phone: OWN });
  const sent = textTo(BORIS, 'once');
  const first = await host.ask('send', sent);
  assert.equal(first.outcome, 'ambiguous');
  assert.equal(first.error.code, 'ack_timed_out');
  assert.equal(first.safeToRetrySameId, true);
  const second = await host.ask('send', { ...sent, attempt: 2 });
  assert.equal(second.outcome, 'accepted');
  assert.ok(second.serverTime > 1_600_000_000_000);
  const messages = await arrivals(sent.providerMessageId);
  assert.equal(messages.length, 1);
  assert.ok(!messages[0].altered);
});

test('a connection that is lost while a message is sent makes it ambiguous, and the line comes back', async () => {
  const { mark } = host;
  await world.fault('dropped-after-relay', { phone: OWN });
  const sent = textTo(BORIS, 'then nothing');
  const result = await host.ask('send', sent);
  assert.equal(result.outcome, 'ambiguous');
  assert.equal(result.error.code, 'connection_lost');
  await host.state('reconnecting', 'connection_lost', mark);
  await host.state('connected', '', mark);
  assert.equal((await host.ask('send', { ...sent, attempt: 2 })).outcome, 'accepted');
  assert.equal((await arrivals(sent.providerMessageId)).length, 1);
});

test('what WhatsApp refuses is rejected with its meaning', async () => {
  const { mark } = host;
  await world.fault('ack-refused', { phone: OWN, code: 463 });
  const restricted = await host.ask('send', textTo(BORIS, 'stranger'));
  assert.equal(restricted.outcome, 'rejected');
  assert.deepEqual([restricted.error.class, restricted.error.code], ['account_restricted', 'new_chats_restricted']);
  await host.state('restricted', 'new_chats', mark);
  // The account itself is not restricted.
  await host.state('connected', '', mark);
  await world.fault('ack-refused', { phone: OWN, code: 479 });
  const stale = await host.ask('send', textTo(BORIS, 'stale'));
  assert.deepEqual([stale.outcome, stale.error.class, stale.error.code], ['rejected', 'session_lost', 'stale_session']);
  await world.fault('ack-refused', { phone: OWN, code: 500 });
  assert.equal((await host.ask('send', textTo(BORIS, 'busy'))).error.code, 'server_refused');
});

test('a number that is not on WhatsApp is rejected without being written to', async () => {
  const sent = textTo('34699999999', 'anybody there?');
  const result = await host.ask('send', sent);
  assert.deepEqual([result.outcome, result.error.class, result.error.code], ['rejected', 'recipient_invalid', 'not_on_whatsapp']);
  assert.deepEqual((await world.get(`/messages?id=${sent.providerMessageId}`)).arrived ?? 0, 0);
});

test('what cannot be sent is rejected, and what is no send is invalid', async () => {
  const long = await host.ask('send', textTo(BORIS, 'x'.repeat(65_537)));
  assert.equal(long.error.code, 'text_too_long');
  const group = await host.ask('send', { ...textTo(BORIS, 'hi'), to: { groupId: '123-456@g.us' } });
  assert.equal(group.error.code, 'groups_read_only');
  await assert.rejects(host.ask('send', { ...textTo(BORIS, 'hi'), content: { kind: 'dance' } }), { code: 'invalid_params' });
  await assert.rejects(host.ask('send', { ...textTo(BORIS, 'hi'), lineId: LINE.replace('0199', '0198') }), { code: 'unknown_line' });
});

test('delivery and reading of a message are told, and a reading owner too', async () => {
  const sent = textTo(BORIS, 'read me');
  assert.equal((await host.ask('send', sent)).outcome, 'accepted');
  const of = (kind) => (event) => event.receipt === kind && event.providerMessageIds.includes(sent.providerMessageId);
  await host.event('receipt', of('delivered'));
  await world.post(`/contacts/${BORIS}/read`, { ids: [sent.providerMessageId] });
  await host.event('receipt', of('read'));
  const { id } = await fromBoris('to be read on the phone');
  await seen(id);
  await world.post(`/phones/${OWN}/read`, { chat: BORIS, ids: [id] });
  const { chat } = await host.event('chat_read');
  assert.equal(chat.phoneNumber, `+${BORIS}`);
});

test('what the line reads and types is shown to the other side', async () => {
  const { id } = await fromBoris('please read');
  const { chat } = await seen(id);
  await host.ask('markRead', { lineId: LINE, chat, providerMessageIds: [id] });
  await eventually(async () => (await world.get(`/contacts/${BORIS}/statuses?id=${id}`)).statuses.some(({ status }) => status === 'read'));
  await world.post(`/contacts/${BORIS}/presence`, { state: 'available' });
  await host.ask('chatState', { lineId: LINE, chat, state: 'composing' });
  await eventually(async () => JSON.stringify(await world.get(`/contacts/${BORIS}/presences?count=1`)).includes('composing'));
});

test('numbers are checked in the order asked', async () => {
  const phoneNumbers = ['+34699999998', `+${CARLA}`, `+${BORIS}`];
  const { numbers } = await host.ask('numbers.check', { lineId: LINE, phoneNumbers });
  assert.deepEqual(numbers.map(({ phoneNumber, onWhatsApp }) => [phoneNumber, onWhatsApp]), [
    ['+34699999998', false],
    [`+${CARLA}`, true],
    [`+${BORIS}`, true],
  ]);
  assert.match(numbers[1].lid, /^\d+@lid$/);
});

test('what the owner writes on the phone is a message of the owner, what the line sends is none', async () => {
  const { id } = await world.post(`/phones/${OWN}/send`, { to: BORIS, kind: 'text', text: 'from my phone' });
  const event = await seen(id);
  assert.deepEqual([event.fromMe, event.origin, event.content.body], [true, 'phone', 'from my phone']);
  assert.equal(event.chat.phoneNumber, `+${BORIS}`);
  const sent = textTo(BORIS, 'from the line');
  await host.ask('send', sent);
  const { id: later } = await fromBoris('after it');
  await seen(later);
  assert.ok(!host.store.events.some(({ event: { providerMessageId } }) => providerMessageId === sent.providerMessageId));
});

test('a message carries the writes of its ratchet, and nobody hears of it before the host has it', async () => {
  let release;
  const gate = new Promise((resolve) => (release = resolve));
  let held;
  host.intercept = async (method, { event }) => {
    if (method !== 'event' || event.kind !== 'message' || event.content.body !== 'wait') return undefined;
    held = event.providerMessageId;
    await gate;
    return undefined;
  };
  const { id } = await fromBoris('wait');
  await host.until(() => held === id);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { waitingMessages } = await lineState();
  assert.deepEqual(waitingMessages, [id], 'WhatsApp was told before the host had the message');
  release();
  await seen(id);
  host.intercept = () => undefined;
  const { keys } = host.store.events.find(({ event }) => event.providerMessageId === id);
  assert.ok(keys.some(({ type, value }) => type === 'session' && value), JSON.stringify(keys));
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('an event that the host cannot take now comes again under its number', async () => {
  let refusals = 1;
  const isRefused = (method, { event }) => method === 'event' && event.content?.body === 'again' && refusals-- > 0;
  host.intercept = (method, params) => (isRefused(method, params) ? fault('internal', true) : undefined);
  const { id } = await fromBoris('again');
  await seen(id);
  host.intercept = () => undefined;
  const tries = host.requests.filter(({ method, params }) => method === 'event' && params.event.providerMessageId === id);
  assert.equal(tries.length, 2);
  assert.equal(tries[0].params.seq, tries[1].params.seq);
});

test('a message that the host refuses for good stays at WhatsApp', async () => {
  host.intercept = (method, { event }) => (method === 'event' && event.content?.body === 'refused' ? fault('internal', false) : undefined);
  const { id } = await fromBoris('refused');
  await host.until(() => host.requests.some(({ params }) => params.event?.providerMessageId === id));
  const { id: next } = await fromBoris('and the next');
  await seen(next);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=1`);
  assert.deepEqual((await lineState()).waitingMessages, [id]);
  host.intercept = () => undefined;
  const { mark } = host;
  await world.post(`/phones/${OWN}/close`, { code: 503 });
  await host.state('connected', 'in_sync', mark);
  assert.equal((await seen(id)).content.body, 'refused');
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('a message that is delivered twice is told once and confirmed', async () => {
  await world.fault('delivered-twice', { phone: OWN });
  const { id } = await fromBoris('twice');
  await seen(id);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
  assert.equal(host.store.events.filter(({ event }) => event.providerMessageId === id).length, 1);
});

test('so is what is about a message, of which the host keeps no text to be found', async () => {
  const { id } = await fromBoris('about me');
  await seen(id);
  const { id: twice } = await world.fault('delivered-twice', { phone: OWN, times: 2 });
  await fromBoris(undefined, { kind: 'reaction', target: id, emoji: '👍' });
  await fromBoris('changed', { kind: 'edit', target: id });
  await world.get(`/faults/${twice}?struck=2`);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
  await seen((await fromBoris('after them')).id);
  const about = host.store.events.filter(({ event }) => event.target?.providerMessageId === id);
  assert.deepEqual(about.map(({ event }) => event.kind), ['reaction', 'edit']);
});

test('a person’s name is told once, and when it changes', async () => {
  const of = (name) => host.store.events.filter(({ event }) => event.kind === 'name' && event.name === name).length;
  await seen((await fromBoris('still me')).id);
  assert.equal(of('Boris'), 1);
  await world.post('/phones', { phone: BORIS, name: 'Boris Ivanovich' });
  const { id } = await fromBoris('and now');
  assert.equal((await seen(id)).senderName, 'Boris Ivanovich');
  await host.event('name', ({ name }) => name === 'Boris Ivanovich');
  await world.post('/phones', { phone: BORIS, name: 'Boris' });
});

test('a quoted answer names the message, and a link goes out as text', async () => {
  const { id } = await fromBoris('question?');
  await seen(id);
  const answer = { ...textTo(BORIS, 'answer'), quotedProviderMessageId: id };
  assert.equal((await host.ask('send', answer)).outcome, 'accepted');
  assert.equal((await arrivals(answer.providerMessageId))[0].quoted, id);
  const link = { ...textTo(BORIS, ''), providerMessageId: newId() };
  link.content = { kind: 'cta_url', body: 'Ready', displayText: 'Track', url: 'https://example.com/1' };
  assert.equal((await host.ask('send', link)).outcome, 'accepted');
  assert.equal((await arrivals(link.providerMessageId))[0].text, 'Ready\n\nTrack: https://example.com/1');
});

test('an image is uploaded from the host and read by the contact, and one comes back', async () => {
  const bytes = Buffer.alloc(300_000, 7);
  host.store.files.set('f-1', bytes);
  const sent = textTo(BORIS, '');
  const file = { mimeType: 'application/pdf', fileName: 'a.pdf', sizeBytes: bytes.length, fileId: 'f-1' };
  sent.content = { kind: 'media', media: 'document', caption: 'Look', ...file };
  const result = await host.ask('send', sent);
  assert.equal(result.outcome, 'accepted', JSON.stringify(result));
  await arrivals(sent.providerMessageId);
  const { size: received } = await world.get(`/contacts/${BORIS}/files/${sent.providerMessageId}`);
  assert.equal(received, bytes.length);
  const { id } = await world.post(`/contacts/${BORIS}/send`, { to: OWN, kind: 'image', size: 50_000 });
  const { content } = await seen(id);
  const { streamId } = await host.ask('media.open', { lineId: LINE, reference: content.file.reference });
  let size = 0;
  for (let end = false; !end; ) {
    const chunk = await host.ask('media.pull', { streamId, maxBytes: 16_384 });
    size += Buffer.from(chunk.bytes, 'base64').length;
    end = chunk.end;
  }
  assert.equal(size, 50_000);
});

test('what a contact cannot decrypt is encrypted again from what the host knows', async () => {
  const sent = textTo(BORIS, 'once more');
  host.store.messages.set(sent.providerMessageId, { fromMe: true, content: sent.content });
  await world.fault('delivery-corrupted', { phone: BORIS });
  assert.equal((await host.ask('send', sent)).outcome, 'accepted');
  const messages = await arrivals(sent.providerMessageId);
  assert.equal(messages[0].text, 'once more');
  assert.ok((await world.get(`/contacts/${BORIS}/failures?id=${sent.providerMessageId}`)).failures.length > 0);
});

test('what the line cannot decrypt is asked for again, and then told once', async () => {
  await world.fault('delivery-corrupted', { phone: OWN });
  const { id } = await fromBoris('broken at first');
  assert.equal((await seen(id)).content.body, 'broken at first');
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
  assert.equal(host.store.events.filter(({ event }) => event.providerMessageId === id).length, 1);
});

test('messages of a group are told with the group and who wrote them', async () => {
  const { id: group } = await world.post('/groups', { subject: 'Crew', members: [BORIS, CARLA, OWN] });
  for (const text of ['first', 'second']) {
    const { id } = await fromBoris(text, { to: group });
    const event = await seen(id);
    assert.equal(event.chat.groupId, group);
    assert.equal(event.chatName, 'Crew');
    assert.equal(event.sender.phoneNumber, `+${BORIS}`);
    assert.equal(event.content.body, text);
    const { keys } = host.store.events.find(({ event: { providerMessageId } }) => providerMessageId === id);
    assert.ok(keys.some(({ type }) => type === 'sender-key'), JSON.stringify(keys));
  }
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('reactions, edits and deletions are told of the message they are about', async () => {
  const { id } = await fromBoris('original');
  await seen(id);
  await fromBoris(undefined, { kind: 'reaction', target: id, emoji: '👍' });
  await fromBoris('changed', { kind: 'edit', target: id });
  await fromBoris(undefined, { kind: 'delete', target: id });
  const about = ({ target }) => target.providerMessageId === id;
  assert.equal((await host.event('reaction', about)).emoji, '👍');
  assert.equal((await host.event('edit', about)).body, 'changed');
  assert.equal((await host.event('delete', about)).target.fromMe, false);
  await world.get(`/phones/${OWN}/connected?count=1&waiting=0`);
});

test('no key and no text is in the log, and the server saw nothing wrong', async () => {
  const keys = [...host.store.of(LINE).values()].map((value) => Buffer.from(value, 'base64').toString());
  const secrets = keys.flatMap((text) => text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []);
  assert.ok(secrets.length > 100);
  assert.ok(host.log.length > 100);
  for (const secret of secrets) assert.ok(!host.log.includes(secret.slice(0, 30)), 'a key is in the log');
  for (const text of ['read me', 'from my phone', OWN, BORIS, 'Boris']) assert.ok(!host.log.includes(text), `${text} is in the log`);
  for (const line of host.log.trim().split('\n')) assert.equal(typeof JSON.parse(line).at, 'number');
  const { problems } = await world.get('/state');
  assert.deepEqual(problems, []);
});

async function eventually(holds) {
  for (let tries = 50; !(await holds()); tries--) {
    assert.ok(tries > 0, `not yet: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function lineState() {
  const { phones } = await world.get('/state');
  return phones.find(({ phone }) => phone === OWN).devices[0];
}
