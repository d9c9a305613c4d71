import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proto } from 'baileys';
import { seenMessage } from '../dist/content-in.js';
import { outgoing, protoOf, quoteOf } from '../dist/content-out.js';

const OWN = { phoneNumber: '+34600000001', lid: '100000000000001@lid', deviceId: '34600000001:3@s.whatsapp.net' };
const ANA = { phoneNumber: '+34600000002', lid: '100000000000002@lid', groupId: null };
const KEY = { remoteJid: ANA.lid, remoteJidAlt: '34600000002@s.whatsapp.net', fromMe: false, id: '3EB0A1' };
const UPLOADED = {
  url: 'https://mmg.whatsapp.net/v/x',
  directPath: '/v/x',
  mediaKey: Buffer.alloc(32, 1),
  fileSha256: Buffer.alloc(32, 2),
  fileEncSha256: Buffer.alloc(32, 3),
  fileLength: 48_211,
  mediaKeyTimestamp: 1_764_400_000,
};
const found = (content, fromMe = true) => ({ found: true, fromMe, content });
const decoded = (message) => proto.Message.decode(proto.Message.encode(message).finish());
const media = (kind, more = {}) => ({ kind: 'media', media: kind, mimeType: 'a/b', sizeBytes: 48_211, fileId: 'f-1', ...more });
const wire = (content, options) => decoded(outgoing(content, options).message);
const CTA = { kind: 'cta_url', body: 'Your order is ready', displayText: 'Track it', url: 'https://example.com/t/1' };

test('a text goes out with its words and a secret of its own', () => {
  const [one, other] = [wire({ kind: 'text', body: 'Hola' }), wire({ kind: 'text', body: 'Hola' })];
  assert.equal(one.extendedTextMessage.text, 'Hola');
  assert.equal(one.messageContextInfo.messageSecret.length, 32);
  assert.notDeepEqual(one.messageContextInfo.messageSecret, other.messageContextInfo.messageSecret);
  assert.deepEqual(outgoing({ kind: 'text', body: 'Hola' }).additionalNodes, []);
});

test('an answer names what it answers, by the address that the chat uses', () => {
  const quote = quoteOf('3EB0Q', ANA, found({ kind: 'text', body: 'Hello?' }, false), OWN);
  const { contextInfo } = wire({ kind: 'text', body: 'Yes' }, { quote }).extendedTextMessage;
  assert.deepEqual([contextInfo.stanzaId, contextInfo.participant], ['3EB0Q', ANA.lid]);
  assert.equal(contextInfo.quotedMessage.extendedTextMessage.text, 'Hello?');
  const participant = (chat, fromMe) => quoteOf('3EB0Q', chat, found({ kind: 'text', body: 'x' }, fromMe), OWN).participant;
  assert.equal(participant(ANA, true), OWN.lid);
  assert.equal(participant({ phoneNumber: '+34600000002' }, true), '34600000001@s.whatsapp.net');
  assert.equal(participant({ phoneNumber: '+34600000002' }, false), '34600000002@s.whatsapp.net');
});

test('what the host does not know is not quoted, and what cannot be shown again is named only', () => {
  assert.equal(quoteOf('3EB0Q', ANA, { found: false }, OWN), null);
  const quote = quoteOf('3EB0Q', ANA, found({ kind: 'unsupported', providerType: 'x', raw: '{}' }, false), OWN);
  assert.deepEqual([quote.stanzaId, quote.quotedMessage], ['3EB0Q', { conversation: '' }]);
});

test('a link goes out as text', () => {
  const { message, additionalNodes } = outgoing(CTA);
  assert.equal(message.extendedTextMessage.text, 'Your order is ready\n\nTrack it: https://example.com/t/1');
  assert.deepEqual(additionalNodes, []);
});

test('a native link is a button, with the node without which phones show nothing', () => {
  const { message, additionalNodes } = outgoing(CTA, { ctaUrlNative: true });
  const { body, nativeFlowMessage } = decoded(message).interactiveMessage;
  assert.equal(body.text, CTA.body);
  assert.equal(nativeFlowMessage.buttons[0].name, 'cta_url');
  assert.deepEqual(JSON.parse(nativeFlowMessage.buttons[0].buttonParamsJson), {
    display_text: 'Track it',
    url: CTA.url,
    merchant_url: CTA.url,
  });
  assert.deepEqual(
    additionalNodes.map(({ tag, content }) => [tag, content.map((child) => child.tag)]),
    [['biz', ['interactive', 'quality_control']]],
  );
  assert.deepEqual(outgoing({ kind: 'text', body: 'x' }, { ctaUrlNative: true }).additionalNodes, []);
});

for (const [kind, field, more, expected] of [
  ['image', 'imageMessage', { caption: 'Look' }, { caption: 'Look', width: 640, height: 480 }],
  ['video', 'videoMessage', { caption: 'Clip' }, { caption: 'Clip' }],
  ['audio', 'audioMessage', {}, { ptt: false, seconds: 3 }],
  ['voice', 'audioMessage', { mimeType: 'audio/ogg' }, { ptt: true, seconds: 3, mimetype: 'audio/ogg; codecs=opus' }],
  ['sticker', 'stickerMessage', {}, { width: 640, height: 480, isAnimated: true }],
  ['document', 'documentMessage', { fileName: 'a.pdf' }, { fileName: 'a.pdf', title: 'a.pdf' }],
])
  test(`a file of the kind ${kind} says where it is and what it is`, () => {
    const quote = quoteOf('3EB0Q', ANA, found({ kind: 'text', body: 'x' }), OWN);
    const uploaded = { ...UPLOADED, seconds: 3, width: 640, height: 480, animated: true };
    const part = wire(media(kind, more), { uploaded, quote })[field];
    for (const name of ['url', 'directPath']) assert.equal(part[name], UPLOADED[name]);
    for (const name of ['mediaKey', 'fileSha256', 'fileEncSha256']) assert.deepEqual(Buffer.from(part[name]), UPLOADED[name]);
    assert.equal(Number(part.fileLength), 48_211);
    assert.equal(part.contextInfo.stanzaId, '3EB0Q');
    for (const [name, value] of Object.entries(expected)) assert.equal(part[name], value, name);
    // What arrives reads like what was sent.
    const seen = seenMessage({ key: KEY, messageTimestamp: 1, message: wire(media(kind, more), { uploaded }) }, OWN);
    assert.deepEqual([seen.content.media, seen.content.file.sizeBytes], [kind, 48_211]);
  });

test('a document with a caption is wrapped, and quotes inside', () => {
  const quote = quoteOf('3EB0Q', ANA, found({ kind: 'text', body: 'x' }), OWN);
  const message = wire(media('document', { fileName: 'a.pdf', caption: 'Read' }), { uploaded: UPLOADED, quote });
  const { documentMessage } = message.documentWithCaptionMessage.message;
  assert.deepEqual([documentMessage.caption, documentMessage.contextInfo.stanzaId], ['Read', '3EB0Q']);
});

test('a file that was not uploaded is not sent', () => {
  assert.throws(() => outgoing(media('image')), TypeError);
});

test('what was sent or seen is made again for another encryption', () => {
  assert.equal(protoOf(found({ kind: 'text', body: 'Hola' })).extendedTextMessage.text, 'Hola');
  assert.match(protoOf(found(CTA)).extendedTextMessage.text, /Track it: /);
  assert.ok(protoOf(found(CTA), { ctaUrlNative: true }).interactiveMessage);
});

const vCard = 'BEGIN:VCARD\nFN:Ana\nTEL:+34\nEND:VCARD';
for (const content of [
  { kind: 'location', latitude: 41.38, longitude: 2.17, name: 'Office', address: 'Carrer 1', live: false },
  { kind: 'location', latitude: 41.38, longitude: 2.17, name: 'On my way', address: null, live: true },
  { kind: 'contacts', cards: [{ name: 'Ana', phoneNumbers: ['+34'], vCard }] },
  {
    kind: 'contacts',
    cards: [
      { name: 'Ana', phoneNumbers: ['+34'], vCard },
      { name: 'Bo', phoneNumbers: ['+34'], vCard },
    ],
  },
  { kind: 'poll', question: 'When?', options: ['Mon', 'Tue'], choices: 1 },
])
  test(`${content.kind} that was seen reads the same when it is made again (${JSON.stringify(content).length})`, () => {
    const message = decoded(protoOf(found(content, false)));
    assert.deepEqual(seenMessage({ key: KEY, messageTimestamp: 1, message }, OWN).content, content);
  });

for (const kind of ['image', 'video', 'audio', 'voice', 'document', 'sticker'])
  test(`a file of the kind ${kind} that was seen is made again from its reference`, () => {
    const caption = ['image', 'video', 'document'].includes(kind) ? 'c' : undefined;
    const message = wire(media(kind, { caption, fileName: kind === 'document' ? 'a.pdf' : null }), {
      uploaded: { ...UPLOADED, seconds: 3 },
    });
    const seen = seenMessage({ key: KEY, messageTimestamp: 1, message }, OWN).content;
    const again = decoded(protoOf(found(seen, false)));
    assert.deepEqual(seenMessage({ key: KEY, messageTimestamp: 1, message: again }, OWN).content, seen);
  });

test('what cannot be made again is undefined, never empty', () => {
  for (const content of [
    media('image'),
    { kind: 'unsupported', providerType: 'productMessage', raw: '{}' },
    { kind: 'contacts', cards: [] },
    { kind: 'media', media: 'image', file: { reference: 'nonsense' } },
  ])
    assert.equal(protoOf(found(content)), undefined);
  assert.equal(protoOf({ found: false }), undefined);
});
