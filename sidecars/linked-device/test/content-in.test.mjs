import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proto, WAMessageStubType } from 'baileys';
import { eventsOf } from '../dist/content-in.js';
import { parseReference } from '../dist/media-reference.js';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };
const ANA = { remoteJid: '100000000000002@lid', remoteJidAlt: '34600000002@s.whatsapp.net', fromMe: false, id: '3EB0A1' };
const CHAT = { phoneNumber: '+34600000002', lid: '100000000000002@lid', groupId: null };
const GROUP = {
  remoteJid: '120363000000000000@g.us',
  participant: '100000000000002@lid',
  participantAlt: '34600000002@s.whatsapp.net',
  fromMe: false,
  id: '3EB0A2',
};
const GROUP_CHAT = { phoneNumber: null, lid: null, groupId: '120363000000000000@g.us' };
const AT = 1_764_400_000;
const { Type } = proto.Message.ProtocolMessage;

/** As it comes from the wire: encoded and decoded, so that fields unset are defaults of the prototype. */
const arrived = (message, key = ANA, more = {}) => ({
  key,
  messageTimestamp: AT,
  pushName: 'Ana',
  message: proto.Message.decode(proto.Message.encode(proto.Message.fromObject(message)).finish()),
  ...more,
});

function contentOf(message, key) {
  const events = eventsOf(arrived(message, key), OWN);
  assert.equal(events.length, 1);
  assert.equal(events[0].kind, 'message');
  return events[0].content;
}

const bytes = (length, value) => Buffer.alloc(length, value);
const FILE = {
  url: 'https://somewhere.example/v/file?a=1',
  directPath: '/v/t62/file.enc?ccb=1&oh=2',
  mediaKey: bytes(32, 1),
  fileSha256: bytes(32, 2),
  fileEncSha256: bytes(32, 3),
  fileLength: 48_211,
};

test('a text says who, where, when and what', () => {
  assert.deepEqual(eventsOf(arrived({ conversation: 'Hola' }), OWN), [
    {
      kind: 'message',
      at: AT * 1000,
      providerMessageId: '3EB0A1',
      chat: CHAT,
      fromMe: false,
      content: { kind: 'text', body: 'Hola' },
      quotedProviderMessageId: null,
      senderName: 'Ana',
      sender: null,
      chatName: null,
    },
  ]);
});

test('a text with more than words is a text, and names what it answers', () => {
  const [event] = eventsOf(
    arrived({ extendedTextMessage: { text: 'Yes', contextInfo: { stanzaId: '3EB0Q', participant: OWN.lid } } }),
    OWN,
  );
  assert.deepEqual(event.content, { kind: 'text', body: 'Yes' });
  assert.equal(event.quotedProviderMessageId, '3EB0Q');
});

test('what the owner writes on the phone is from the owner, and carries no name', () => {
  const key = { remoteJid: ANA.remoteJid, remoteJidAlt: '34600000001@s.whatsapp.net', fromMe: true, id: '3EB0O' };
  const [event] = eventsOf(arrived({ deviceSentMessage: { destinationJid: ANA.remoteJid, message: { conversation: 'Hi' } } }, key), OWN);
  assert.deepEqual([event.fromMe, event.origin, event.senderName, event.content.body], [true, 'phone', null, 'Hi']);
  assert.deepEqual(event.chat, { phoneNumber: null, lid: '100000000000002@lid', groupId: null });
});

test('a message in a group names its sender', () => {
  const [event] = eventsOf(arrived({ conversation: 'Hello all', senderKeyDistributionMessage: { groupId: GROUP.remoteJid } }, GROUP), OWN);
  assert.deepEqual([event.chat, event.sender, event.content.body], [GROUP_CHAT, CHAT, 'Hello all']);
});

for (const [kind, field, more, expected] of [
  ['image', 'imageMessage', { caption: 'Look', width: 640, height: 480 }, { caption: 'Look', width: 640, height: 480 }],
  ['video', 'videoMessage', { seconds: 7, caption: 'Clip' }, { caption: 'Clip', durationMs: 7000 }],
  ['video', 'ptvMessage', { seconds: 7 }, { durationMs: 7000 }],
  ['audio', 'audioMessage', { seconds: 61 }, { durationMs: 61_000 }],
  ['voice', 'audioMessage', { ptt: true, seconds: 3 }, { durationMs: 3000 }],
  ['document', 'documentMessage', { fileName: 'a.pdf' }, { fileName: 'a.pdf' }],
  ['document', 'documentMessage', { title: 'A title' }, { fileName: 'A title' }],
  ['sticker', 'stickerMessage', { width: 512, height: 512 }, { width: 512, height: 512 }],
]) {
  test(`a file of ${field} with ${Object.keys(more)} is ${kind}, with a reference to fetch it by`, () => {
    const { media, file, caption } = contentOf({ [field]: { ...FILE, mimetype: 'a/b', ...more } });
    const { reference, ...declared } = file;
    const { caption: said = null, ...shape } = expected;
    assert.equal(media, kind);
    assert.equal(caption, said);
    assert.deepEqual(declared, {
      mimeType: 'a/b',
      fileName: null,
      sizeBytes: 48_211,
      width: null,
      height: null,
      durationMs: null,
      ...shape,
    });
    assert.deepEqual(parseReference(reference), {
      kind: kind === 'voice' ? 'audio' : kind,
      directPath: FILE.directPath,
      mediaKey: FILE.mediaKey,
      sha256: FILE.fileSha256,
      encryptedSha256: FILE.fileEncSha256,
      sizeBytes: 48_211,
      message: { remoteJid: ANA.remoteJid, id: ANA.id, fromMe: false, participant: null },
    });
    assert.doesNotMatch(reference.slice(4), /[^\w-]/);
  });
}

test('a document with a caption is taken out of its wrapper', () => {
  const content = contentOf({
    documentWithCaptionMessage: { message: { documentMessage: { ...FILE, fileName: 'a.pdf', caption: 'Read' } } },
  });
  assert.deepEqual([content.media, content.file.fileName, content.caption], ['document', 'a.pdf', 'Read']);
});

test('the host that a sender names is not kept; without a direct path only the path of the address is', () => {
  const { file } = contentOf({ imageMessage: { ...FILE, directPath: undefined } });
  assert.equal(parseReference(file.reference).directPath, '/v/file?a=1');
  assert.doesNotMatch(Buffer.from(file.reference.slice(4), 'base64url').toString(), /somewhere/);
});

test('a file in a group is asked again of the one who sent it', () => {
  const { file } = contentOf({ imageMessage: FILE }, GROUP);
  assert.equal(parseReference(file.reference).message.participant, '100000000000002@lid');
});

test('a file without a key is not media, but kept as what it is', () => {
  const content = contentOf({ imageMessage: { url: 'https://mmg.whatsapp.net/x', caption: 'c' } });
  assert.deepEqual([content.kind, content.providerType], ['unsupported', 'imageMessage']);
  assert.equal(JSON.parse(content.raw).imageMessage.caption, 'c');
});

for (const wrapper of [
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'ephemeralMessage',
  'groupMentionedMessage',
  'botInvokeMessage',
])
  test(`${wrapper} is taken off`, () => {
    const content = contentOf({ ephemeralMessage: { message: { [wrapper]: { message: { imageMessage: FILE } } } } });
    assert.equal(content.media, 'image');
  });

test('a location, a live one, and one that is nowhere', () => {
  assert.deepEqual(
    contentOf({ locationMessage: { degreesLatitude: 41.38, degreesLongitude: 2.17, name: 'Office', address: 'Carrer 1' } }),
    {
      kind: 'location',
      latitude: 41.38,
      longitude: 2.17,
      name: 'Office',
      address: 'Carrer 1',
      live: false,
    },
  );
  assert.deepEqual(contentOf({ liveLocationMessage: { degreesLatitude: -1.5, degreesLongitude: 2, caption: 'On my way' } }), {
    kind: 'location',
    latitude: -1.5,
    longitude: 2,
    name: 'On my way',
    address: null,
    live: true,
  });
  assert.equal(contentOf({ locationMessage: { degreesLatitude: Number.NaN, degreesLongitude: 2 } }).kind, 'unsupported');
});

test('cards of contacts, with numbers as written, folded lines and grouped properties', () => {
  const vcard = [
    'BEGIN:VCARD',
    'FN:Ana Gar',
    ' cía',
    'item1.TEL;waid=34600000002:+34 600 000',
    '  002',
    'TEL:',
    'TEL;type=HOME:12',
    'END:VCARD',
  ].join('\r\n');
  assert.deepEqual(contentOf({ contactMessage: { vcard } }), {
    kind: 'contacts',
    cards: [{ name: 'Ana García', phoneNumbers: ['+34 600 000 002', '12'], vCard: vcard }],
  });
  const several = contentOf({
    contactsArrayMessage: { displayName: '2 contacts', contacts: [{ displayName: 'A', vcard }, { displayName: 'B' }] },
  });
  assert.deepEqual(
    several.cards.map(({ name, phoneNumbers }) => [name, phoneNumbers.length]),
    [
      ['A', 2],
      ['B', 0],
    ],
  );
});

const POLL = { name: 'When?', options: [{ optionName: 'Mon' }, { optionName: 'Tue' }], selectableOptionsCount: 1, encKey: bytes(32, 9) };
for (const version of ['', 'V2', 'V3', 'V5'])
  test(`a poll of the version ${version || 'V1'}`, () => {
    const expected = { kind: 'poll', question: 'When?', options: ['Mon', 'Tue'], choices: 1 };
    assert.deepEqual(contentOf({ [`pollCreationMessage${version}`]: POLL }), expected);
  });

test('polls of the versions V4 and V6 are wrapped', () => {
  assert.equal(
    contentOf({ pollCreationMessageV4: { message: { pollCreationMessage: { ...POLL, selectableOptionsCount: 0 } } } }).choices,
    0,
  );
  // V6 is newer than this client's schema, which keeps of it what it knows.
  const message = { key: ANA, messageTimestamp: AT, message: { pollCreationMessageV6: { message: { pollCreationMessageV3: POLL } } } };
  assert.equal(eventsOf(message, OWN)[0].content.question, 'When?');
});

test('a reaction, and one taken back', () => {
  const reaction = (text) => ({ reactionMessage: { key: { remoteJid: ANA.remoteJid, fromMe: true, id: '3EB0T' }, text } });
  const target = { chat: CHAT, providerMessageId: '3EB0T', fromMe: true };
  assert.deepEqual(eventsOf(arrived(reaction('👍')), OWN), [
    { kind: 'reaction', at: AT * 1000, target, fromMe: false, sender: CHAT, emoji: '👍' },
  ]);
  assert.equal(eventsOf(arrived(reaction('')), OWN)[0].emoji, null);
});

test('a reaction as its sender wrote it is turned to the owner’s view', () => {
  const fromMe = (key) => eventsOf(arrived({ reactionMessage: { key: { id: '3EB0T', ...key }, text: '👍' } }), OWN)[0].target.fromMe;
  assert.equal(fromMe({ remoteJid: '34600000001@s.whatsapp.net', fromMe: false }), true);
  assert.equal(fromMe({ remoteJid: '34600000001@s.whatsapp.net', fromMe: true }), false);
});

test('in a group the named author decides whose message a reaction is about', () => {
  const about = (key) =>
    eventsOf(arrived({ reactionMessage: { key: { id: '3EB0T', remoteJid: GROUP.remoteJid, ...key }, text: '👍' } }, GROUP), OWN)[0];
  assert.equal(about({ participant: OWN.lid, fromMe: false }).target.fromMe, true);
  assert.equal(about({ participant: '100000000000003@lid', fromMe: false }).target.fromMe, false);
  assert.equal(about({ fromMe: true }).target.fromMe, false);
  assert.deepEqual(about({ fromMe: true }).sender, CHAT);
});

test('the owner’s own reaction names its message from the owner’s view', () => {
  const key = { ...ANA, fromMe: true };
  const react = (fromMe) =>
    eventsOf(arrived({ reactionMessage: { key: { remoteJid: ANA.remoteJid, fromMe, id: '3EB0T' }, text: '❤️' } }, key), OWN)[0];
  assert.deepEqual([react(false).fromMe, react(false).target.fromMe, react(true).target.fromMe], [true, false, true]);
});

test('an edit, bare and wrapped, of words and of a caption', () => {
  const edit = (editedMessage) => ({ protocolMessage: { type: Type.MESSAGE_EDIT, key: { id: '3EB0T', fromMe: true }, editedMessage } });
  const expected = { kind: 'edit', at: AT * 1000, target: { chat: CHAT, providerMessageId: '3EB0T', fromMe: false }, body: 'Better' };
  assert.deepEqual(eventsOf(arrived(edit({ conversation: 'Better' })), OWN), [expected]);
  assert.deepEqual(eventsOf(arrived({ editedMessage: { message: edit({ extendedTextMessage: { text: 'Better' } }) } }), OWN), [expected]);
  assert.deepEqual(eventsOf(arrived(edit({ imageMessage: { ...FILE, caption: 'Better' } })), OWN), [expected]);
  assert.equal(eventsOf(arrived(edit({ imageMessage: FILE })), OWN)[0].body, '');
  assert.deepEqual(eventsOf(arrived({ editedMessage: { message: { conversation: 'Better' } } }, { ...ANA, id: '3EB0T' }), OWN), [expected]);
});

test('an edit to something without words is kept as unsupported', () => {
  const [event] = eventsOf(
    arrived({ protocolMessage: { type: Type.MESSAGE_EDIT, key: { id: '3EB0T' }, editedMessage: { pollCreationMessage: POLL } } }),
    OWN,
  );
  assert.deepEqual([event.kind, event.content.kind, event.content.providerType], ['message', 'unsupported', 'editedMessage']);
  assert.ok(!event.content.raw.includes('encKey'));
});

test('a deletion is of the one who deletes, or by an admin of whom the key names', () => {
  const revoke = (key, of = ANA) => eventsOf(arrived({ protocolMessage: { type: Type.REVOKE, key: { id: '3EB0T', ...key } } }, of), OWN)[0];
  assert.deepEqual(revoke({ fromMe: true }), {
    kind: 'delete',
    at: AT * 1000,
    target: { chat: CHAT, providerMessageId: '3EB0T', fromMe: false },
  });
  assert.equal(revoke({ fromMe: true }, { ...ANA, fromMe: true }).target.fromMe, true);
  assert.equal(revoke({ fromMe: false, participant: OWN.lid }, GROUP).target.fromMe, true);
  assert.equal(revoke({ fromMe: false, participant: '100000000000003@lid' }, GROUP).target.fromMe, false);
  assert.equal(revoke({ fromMe: false, participant: '100000000000003@lid' }, { ...GROUP, fromMe: true }).target.fromMe, false);
});

test('what no person wrote is nothing', () => {
  const silent = [
    { senderKeyDistributionMessage: { groupId: GROUP.remoteJid, axolotlSenderKeyDistributionMessage: bytes(10, 1) } },
    { albumMessage: { expectedImageCount: 2 } },
    ...[
      'EPHEMERAL_SETTING',
      'HISTORY_SYNC_NOTIFICATION',
      'APP_STATE_SYNC_KEY_SHARE',
      'PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE',
      'LID_MIGRATION_MAPPING_SYNC',
    ].map((name) => ({ protocolMessage: { type: Type[name] } })),
  ];
  for (const message of silent) assert.deepEqual(eventsOf(arrived(message), OWN), [], JSON.stringify(message));
});

test('what is in no chat is nothing', () => {
  for (const remoteJid of ['status@broadcast', '120363000000000000@newsletter', '0@c.us'])
    assert.deepEqual(eventsOf(arrived({ conversation: 'x' }, { ...ANA, remoteJid, remoteJidAlt: undefined }), OWN), []);
});

test('what has no words here is kept whole, without keys and pictures', () => {
  const content = contentOf({
    productMessage: {
      product: { title: 'Shoes', productImage: { ...FILE, jpegThumbnail: bytes(500, 7) } },
      contextInfo: { quotedMessage: { imageMessage: FILE }, stanzaId: '3EB0Q' },
    },
    messageContextInfo: { messageSecret: bytes(32, 8) },
    senderKeyDistributionMessage: { groupId: 'g', axolotlSenderKeyDistributionMessage: bytes(20, 6) },
  });
  const raw = JSON.parse(content.raw);
  assert.deepEqual([content.kind, content.providerType, raw.productMessage.product.title], ['unsupported', 'productMessage', 'Shoes']);
  for (const secret of ['mediaKey', 'jpegThumbnail', 'messageSecret', 'axolotl', FILE.mediaKey.toString('base64')])
    assert.ok(!content.raw.includes(secret), secret);
});

for (const message of [
  { invoiceMessage: { note: 'n', attachmentMediaKey: bytes(32, 9) } },
  { bcallMessage: { sessionId: 's', masterKey: bytes(32, 9) } },
  { call: { callKey: bytes(32, 9) } },
  { pollUpdateMessage: { vote: { encPayload: bytes(32, 9), encIv: bytes(32, 9) } } },
  { protocolMessage: { type: Type.REMINDER_MESSAGE, appStateSyncKeyShare: { keys: [{ keyData: { keyData: bytes(32, 9) } }] } } },
  { listMessage: { title: 't' }, messageContextInfo: { botMessageSecret: bytes(32, 9), botMetadata: { internalMetadata: bytes(32, 9) } } },
]) {
  test(`no key is kept of ${Object.keys(message)}`, () => {
    const { kind, raw } = contentOf(message);
    assert.equal(kind, 'unsupported');
    assert.ok(!raw.includes(bytes(32, 9).toString('base64')) && !/9\W+9\W+9/.test(raw), raw);
  });
}

test('the id of another message is no key that must be hidden', () => {
  const { raw } = contentOf({ pollUpdateMessage: { pollCreationMessageKey: { remoteJid: ANA.remoteJid, id: '3EB0P' } } });
  assert.equal(JSON.parse(raw).pollUpdateMessage.pollCreationMessageKey.id, '3EB0P');
});

test('a kind that is newer than this client is not lost', () => {
  const unknownField = Buffer.from([0xa2, 0x3f, 1, 65]);
  const [event] = eventsOf({ key: ANA, messageTimestamp: AT, message: proto.Message.decode(unknownField) }, OWN);
  assert.deepEqual(event.content, { kind: 'unsupported', providerType: 'unknown', raw: '{}' });
  assert.equal(contentOf({ protocolMessage: { type: Type.REMINDER_MESSAGE } }).providerType, 'protocolMessage/REMINDER_MESSAGE');
});

test('what would not fit the channel is cut', () => {
  assert.equal(contentOf({ templateMessage: { templateId: 'x'.repeat(70_000) } }).raw, '{"truncated":true}');
  assert.deepEqual(contentOf({ conversation: 'x'.repeat(1_200_000) }), {
    kind: 'unsupported',
    providerType: 'conversation',
    raw: '{"truncated":true}',
  });
  const [event] = eventsOf(arrived({ conversation: 'x' }, ANA, { pushName: '😀'.repeat(400) }), OWN);
  assert.equal(event.senderName, '😀'.repeat(128));
});

test('a wrapper in a wrapper in a wrapper without end is given up', () => {
  let message = { conversation: 'x' };
  for (let depth = 0; depth < 20; depth++) message = { ephemeralMessage: { message } };
  assert.deepEqual([contentOf(message).kind, contentOf(message).providerType], ['unsupported', 'ephemeralMessage']);
});

test('without a message: a new subject of a group, a missed call, what opens on the phone only, what cannot be read yet', () => {
  const stub = (type, parameters = [], key = GROUP) =>
    eventsOf({ key, messageTimestamp: AT, messageStubType: type, messageStubParameters: parameters }, OWN);
  assert.deepEqual(stub(WAMessageStubType.GROUP_CHANGE_SUBJECT, ['Hiking']), [
    { kind: 'name', at: AT * 1000, chat: GROUP_CHAT, name: 'Hiking' },
  ]);
  assert.equal(stub(WAMessageStubType.CALL_MISSED_VOICE, [], ANA)[0].content.providerType, 'call_missed_voice');
  assert.equal(stub(WAMessageStubType.CIPHERTEXT, ['x'], { ...ANA, isViewOnce: true })[0].content.providerType, 'view_once_on_phone');
  assert.deepEqual(stub(WAMessageStubType.CIPHERTEXT, ['No session record']), []);
  assert.deepEqual(stub(WAMessageStubType.GROUP_PARTICIPANT_ADD, ['{}']), []);
});

test('a message without a time has ours', () => {
  const before = Date.now();
  const [event] = eventsOf(arrived({ conversation: 'x' }, ANA, { messageTimestamp: undefined }), OWN);
  assert.ok(event.at >= before && event.at <= Date.now());
});
