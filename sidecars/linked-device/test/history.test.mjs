import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { proto } from 'baileys';
import { fieldsIn } from '../dist/history-file.js';
import { Past } from '../dist/history.js';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };
const { RECENT, FULL, INITIAL_BOOTSTRAP, PUSH_NAME, NON_BLOCKING_DATA } = proto.HistorySync.HistorySyncType;
const LID = '100000000000002@lid';
const NUMBER = '34600000002@s.whatsapp.net';
const CHAT = { phoneNumber: '+34600000002', lid: LID, groupId: null };
const PERSON = { phoneNumber: '+34600000002', lid: LID };
const GROUP = '120363000000000000@g.us';

const said = (id, at, more = {}) => ({
  message: { key: { remoteJid: LID, fromMe: false, id }, messageTimestamp: at, message: { conversation: id }, ...more },
});
const chatWith = (messages, more = {}) => ({ id: LID, messages, ...more });
const mappings = [{ lidJid: LID, pnJid: NUMBER }];

const pack = (past) => deflateSync(proto.HistorySync.encode(proto.HistorySync.fromObject({ syncType: RECENT, ...past })).finish());
const pastOf = ({ syncType = RECENT, progress = 50, ...past }) =>
  new Past({ packed: pack({ syncType, progress, ...past }), syncType, progress, own: OWN });
async function collected(iterable) {
  const all = [];
  for await (const one of iterable) all.push(one);
  return all;
}
const eventsOf = async (past) => collected(pastOf(past).events());
const messagesOf = async (past) => (await eventsOf(past)).flatMap(({ messages }) => messages);

test('who is who, and what they are called, comes with the messages, in one piece while there is room', async () => {
  const chat = chatWith([said('a', 1)], { name: 'Ana' });
  const [{ at, messages, ...event }, ...more] = await eventsOf({ conversations: [chat], phoneNumberToLidMappings: mappings });
  assert.ok(at > 0);
  assert.deepEqual(more, []);
  assert.deepEqual(event, {
    kind: 'history',
    identities: [PERSON],
    names: [{ chat: CHAT, name: 'Ana' }],
    progress: 50,
    complete: false,
  });
  assert.equal(messages[0].content.body, 'a');
});

test('messages come from old to new, with both addresses of the chat', async () => {
  const conversations = [chatWith([said('new', 20), said('old', 10)])];
  const messages = await messagesOf({ conversations, phoneNumberToLidMappings: mappings });
  assert.deepEqual(
    messages.map(({ providerMessageId, at, chat }) => [providerMessageId, at, chat]),
    [
      ['old', 10_000, CHAT],
      ['new', 20_000, CHAT],
    ],
  );
});

test('a message in a group names its sender, who stands beside the key', async () => {
  const message = said('g', 1, { key: { remoteJid: GROUP, fromMe: false, id: 'g' }, participant: LID });
  const conversations = [chatWith([message], { id: GROUP, name: 'Hiking' })];
  const [{ messages, names }] = await eventsOf({ conversations, phoneNumberToLidMappings: mappings });
  assert.deepEqual([messages[0].chat.groupId, messages[0].sender], [GROUP, CHAT]);
  assert.deepEqual(names, [{ chat: { phoneNumber: null, lid: null, groupId: GROUP }, name: 'Hiking' }]);
});

test('own messages are the owner’s; what is no message is left out', async () => {
  const messages = [
    said('own', 1, { key: { remoteJid: LID, fromMe: true, id: 'own' } }),
    said('stub', 2, { message: undefined, messageStubType: 1 }),
    said('reaction', 3, { message: { reactionMessage: { key: { id: 'own' }, text: '👍' } } }),
    said('revoked', 4, { message: { protocolMessage: { type: 0, key: { id: 'own' } } } }),
    said('status', 5, { key: { remoteJid: 'status@broadcast', participant: LID, id: 'status' } }),
  ];
  assert.deepEqual(
    (await messagesOf({ conversations: [chatWith(messages)] })).map(({ providerMessageId, fromMe, origin }) => [
      providerMessageId,
      fromMe,
      origin,
    ]),
    [['own', true, 'phone']],
  );
});

test('a file of the past is referenced', async () => {
  const keys = { mediaKey: Buffer.alloc(32, 1), fileSha256: Buffer.alloc(32, 2), fileEncSha256: Buffer.alloc(32, 3) };
  const imageMessage = { directPath: '/v/t62/x.enc', mimetype: 'image/jpeg', caption: 'look', fileLength: 7, ...keys };
  const [{ content }] = await messagesOf({ conversations: [chatWith([said('i', 1, { message: { imageMessage } })])] });
  assert.deepEqual([content.kind, content.media, content.caption, content.file.sizeBytes], ['media', 'image', 'look', 7]);
  assert.match(content.file.reference, /^wa1\./);
});

test('a number, whole or with a hidden middle, is no name', async () => {
  const pushnames = [
    { id: LID, pushname: '+34∙∙∙∙∙∙∙82' },
    { id: NUMBER, pushname: '+34 600 00 00 02' },
    { id: '34600000003@s.whatsapp.net', pushname: 'Bo' },
  ];
  const [{ names, progress }] = await eventsOf({ pushnames, syncType: PUSH_NAME, progress: 100 });
  assert.deepEqual(
    names.map(({ name, chat }) => [name, chat.phoneNumber]),
    [['Bo', '+34600000003']],
  );
  assert.equal(progress, null);
});

test('only files with messages tell progress, and only at the end it is complete', async () => {
  assert.deepEqual(await eventsOf({ syncType: PUSH_NAME, progress: 100 }), []);
  assert.deepEqual(await eventsOf({ syncType: NON_BLOCKING_DATA }), []);
  const end = async (syncType, progress) => (await eventsOf({ syncType, progress })).map(({ complete }) => complete);
  assert.deepEqual(
    [await end(INITIAL_BOOTSTRAP, 5), await end(RECENT, 100), await end(FULL, 99), await end(FULL, 100), await end(RECENT, null)],
    [[false], [true], [false], [true], []],
  );
});

test('addresses are found in the mappings, at the chats, and in what the engine learns', async () => {
  const other = { id: '34600000003@s.whatsapp.net', lidJid: '100000000000003@lid' };
  const third = { id: '100000000000004@lid', pnJid: '34600000004@s.whatsapp.net', tcToken: Buffer.from('trust'), tcTokenTimestamp: 7 };
  const past = pastOf({ conversations: [other, third, { id: LID }], phoneNumberToLidMappings: mappings });
  const [{ identities }] = await collected(past.events());
  assert.deepEqual(
    identities.map(({ phoneNumber, lid }) => [phoneNumber, lid]),
    [
      ['+34600000002', LID],
      ['+34600000003', '100000000000003@lid'],
      ['+34600000004', '100000000000004@lid'],
    ],
  );
  const { conversations, phoneNumberToLidMappings } = past.learned;
  assert.deepEqual(
    [conversations.map(({ id, pnJid }) => [id, pnJid]), phoneNumberToLidMappings.length],
    [[[third.id, third.pnJid]], 1],
  );
});

test('a large past comes in pieces that fit the channel, and only the last one says how far it is', async () => {
  const many = Array.from({ length: 1_201 }, (_, index) => said(`m${index}`, index + 1));
  const pieces = await eventsOf({ conversations: [chatWith(many)], progress: 100 });
  assert.deepEqual(
    pieces.map(({ messages, progress, complete }) => [messages.length, progress, complete]),
    [
      [500, null, false],
      [500, null, false],
      [201, 100, true],
    ],
  );
  assert.deepEqual(
    pieces.flatMap(({ messages }) => messages.map(({ providerMessageId }) => providerMessageId)),
    many.map(({ message }) => message.key.id),
  );
  const long = Array.from({ length: 10 }, (_, index) => said(`l${index}`, index + 1, { message: { conversation: '€'.repeat(150_000) } }));
  const lines = (await eventsOf({ conversations: [chatWith(long)] })).map((event) => Buffer.byteLength(JSON.stringify(event)));
  assert.ok(lines.length > 3 && lines.every((bytes) => bytes < 1_200_000), String(lines));
  const people = Array.from({ length: 1_100 }, (_, index) => ({ lidJid: `1000${index}@lid`, pnJid: `3460${1_000_000 + index}@s.whatsapp.net` }));
  assert.deepEqual(
    (await eventsOf({ phoneNumberToLidMappings: people })).map(({ identities }) => identities.length),
    [500, 500, 100],
  );
});

test('a file is read field by field, whatever else is in it', async () => {
  const statusV3Messages = [{ key: { id: 's' }, messageTimestamp: 1 }];
  const packed = pack({ statusV3Messages, chunkOrder: 300, conversations: [chatWith([said('a', 1)])], threadDsTimeframeOffset: 9 });
  const fields = await collected(fieldsIn(packed, new Set([2]), assert.fail));
  assert.deepEqual(
    fields.map(({ field, bytes }) => [field, proto.Conversation.decode(bytes).id]),
    [[2, LID]],
  );
});

test('what is no past, or only a part of one, is invalid', async () => {
  const whole = proto.HistorySync.encode(proto.HistorySync.fromObject({ syncType: RECENT, conversations: [chatWith([said('a', 1)])] })).finish();
  for (const packed of [Buffer.from('nothing of the kind'), pack({}).subarray(0, -3), deflateSync(whole.subarray(0, -2)), deflateSync(Buffer.from([15]))])
    await assert.rejects(collected(fieldsIn(packed, new Set([2]), () => {})), { code: 'media_invalid' });
});
