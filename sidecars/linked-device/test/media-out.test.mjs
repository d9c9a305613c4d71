import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:https';
import { after, afterEach, before, describe, test } from 'node:test';
import { eventsOf } from '../dist/content-in.js';
import { outgoing } from '../dist/content-out.js';
import { MediaHost } from '../dist/media-host.js';
import { MediaStreams } from '../dist/media-in.js';
import { upload } from '../dist/media-out.js';
import { referenceTo } from '../dist/media-reference.js';
import { Device, startWorld } from './wire-world.mjs';

const OWNER = '34600000001';
const ANA = '34600000002';
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const failsWith = (code, retryable) => (problem) => problem.code === code && problem.retryable === retryable;

/** A file in the host's hands. */
function fileOf(bytes, chunkBytes = 262_144) {
  const pull = async (offset) => {
    pull.offsets.push(offset);
    const chunk = bytes.subarray(offset, offset + chunkBytes);
    return { bytes: chunk, end: offset + chunk.length >= bytes.length };
  };
  pull.offsets = [];
  return pull;
}

const patterned = (size) => Buffer.from(Array.from({ length: size }, (_, place) => (place ^ (place >> 8)) & 0xff));

describe('files that are sent', { timeout: 120_000 }, () => {
  let world;
  let device;
  let host;

  before(async () => {
    world = await startWorld();
    await world.post('/contacts', { phone: ANA, name: 'Ana' });
    device = await Device.pair(world, OWNER);
    host = world.host();
  });
  after(async () => {
    host?.close();
    await device?.close();
    await world?.stop();
  });
  afterEach(() => world.clearFaults());

  const connection = (refresh) => device.socket.refreshMediaConn(refresh);
  const send = (media, bytes, more = {}) => upload({ media, sizeBytes: bytes.length, pull: fileOf(bytes), connection, host, ...more });

  for (const media of ['image', 'video', 'audio', 'voice', 'document', 'sticker'])
    test(`a ${media} reaches a contact whole`, async () => {
      const bytes = patterned(100_000);
      const uploaded = await send(media, bytes);
      const content = { kind: 'media', media, mimeType: 'application/x-test', sizeBytes: bytes.length, fileName: 'a.bin', caption: 'c' };
      const { message } = outgoing(content, { uploaded });
      const id = `3EB0AA${media.toUpperCase()}`;
      await device.socket.relayMessage(`${ANA}@s.whatsapp.net`, message, { messageId: id });
      const { messages } = await world.get(`/contacts/${ANA}/received?id=${id}`);
      const file = await world.get(`/contacts/${ANA}/files/${id}`);
      assert.equal(messages.find((one) => one.id === id).kind, media);
      assert.deepEqual(Buffer.from(file.bytes, 'base64'), bytes);
      assert.equal(file.sha256, uploaded.fileSha256.toString('hex'));
    });

  for (const size of [0, 1, 15, 16, 17, 262_144, 1_000_003])
    test(`a file of ${size} bytes is read twice, and can be read back`, async () => {
      const bytes = patterned(size);
      const pull = fileOf(bytes, 100_000);
      const uploaded = await upload({ media: 'document', sizeBytes: size, pull, connection, host });
      assert.equal(pull.offsets.filter((offset) => offset === 0).length, 2);
      assert.deepEqual(uploaded.fileSha256, sha256(bytes));
      const streams = new MediaStreams(world.host());
      const key = { remoteJid: `${ANA}@s.whatsapp.net`, id: 'x', fromMe: true };
      const { streamId } = await streams.open('line', referenceTo('document', uploaded, key), null);
      const read = [];
      for (let end = false; !end; ) {
        const chunk = await streams.pull(streamId, 262_144);
        read.push(chunk.bytes);
        end = chunk.end;
      }
      streams.closeAll();
      assert.deepEqual(Buffer.concat(read), bytes);
    });

  test('what arrives of a sent picture tells its size', async () => {
    const png = Buffer.concat([
      Buffer.from('89504e470d0a1a0a0000000d494844520000028000000 1e0'.replaceAll(' ', ''), 'hex'),
      Buffer.alloc(50),
    ]);
    const uploaded = await send('image', png);
    assert.deepEqual([uploaded.width, uploaded.height], [640, 480]);
    const { message } = outgoing({ kind: 'media', media: 'image', mimeType: 'image/png', sizeBytes: png.length }, { uploaded });
    const [event] = eventsOf({ key: { remoteJid: `${ANA}@s.whatsapp.net`, id: 'x' }, messageTimestamp: 1, message }, device.own);
    assert.deepEqual([event.content.file.width, event.content.file.height], [640, 480]);
  });

  test('a refusal and a broken connection are tried again, with new credentials', async () => {
    const bytes = patterned(50_000);
    const refreshes = [];
    const watched = (refresh) => (refreshes.push(refresh), connection(refresh));
    await world.fault('upload-refused', { status: 401 });
    await world.fault('upload-dropped');
    assert.ok((await send('image', bytes, { connection: watched })).directPath);
    assert.deepEqual(refreshes, [false, true, true]);
  });

  test('a host that goes on refusing is given up, and worth another try', async () => {
    await world.fault('upload-refused', { status: 500, times: null });
    await assert.rejects(send('image', patterned(5_000)), failsWith('media_upload_failed', true));
    await world.clearFaults();
    await world.fault('upload-dropped', { times: null });
    await assert.rejects(send('image', patterned(2_000_000)), failsWith('media_upload_failed', true));
  });

  test('a file that the host refuses is refused for good, once new credentials do not help', async () => {
    const refreshes = [];
    const watched = (refresh) => (refreshes.push(refresh), connection(refresh));
    await world.fault('upload-refused', { status: 400 });
    assert.ok((await send('image', patterned(5_000), { connection: watched })).directPath);
    assert.deepEqual(refreshes, [false, true]);
    for (const status of [400, 404, 413, 415]) {
      await world.fault('upload-refused', { status, times: null });
      await assert.rejects(send('image', patterned(5_000)), failsWith('media_refused', false));
      await world.clearFaults();
    }
  });

  for (const status of [401, 403, 408, 429, 500, 503])
    test(`a host that goes on answering ${status} says nothing against the file`, async () => {
      await world.fault('upload-refused', { status, times: null });
      await assert.rejects(send('image', patterned(5_000)), failsWith('media_upload_failed', true));
    });

  test('a host that cannot be reached, one that nobody trusts, none at all, and no answer where it is', async () => {
    const to = (pinned, authorities = []) => new MediaHost(pinned, authorities);
    const bytes = patterned(100);
    await assert.rejects(send('image', bytes, { host: to('127.0.0.1:9') }), failsWith('media_upload_failed', true));
    await assert.rejects(send('image', bytes, { host: to(world.media) }), failsWith('media_upload_failed', true));
    const nowhere = async () => ({ auth: 'a', hosts: [] });
    await assert.rejects(send('image', bytes, { host: to(null), connection: nowhere }), failsWith('media_upload_failed', true));
    const silent = async () => {
      throw new Error('not connected');
    };
    await assert.rejects(send('image', bytes, { connection: silent }), failsWith('media_upload_failed', true));
  });

  test('without a pinned host the file goes where WhatsApp says', async () => {
    const { hosts } = await connection(false);
    assert.equal(hosts[0].hostname, world.media);
    const { readFile } = await import('node:fs/promises');
    const trusting = new MediaHost(null, [await readFile(world.authority, 'utf8')]);
    assert.ok((await send('image', patterned(100), { host: trusting })).url.includes(world.media));
    trusting.close();
  });

  test('a file that is not of its size, changes, stops, or is gone at the host is not sent', async () => {
    const bytes = patterned(300_000);
    const uploads = (pull, sizeBytes = bytes.length) => upload({ media: 'image', sizeBytes, pull, connection, host });
    await assert.rejects(uploads(fileOf(bytes), bytes.length - 1), failsWith('media_unreadable', false));
    await assert.rejects(uploads(fileOf(bytes), bytes.length + 1), failsWith('media_unreadable', false));
    await assert.rejects(
      uploads(async () => ({ bytes: Buffer.alloc(0), end: false })),
      failsWith('media_unreadable', true),
    );
    const failing = (code) => async () => {
      throw Object.assign(new Error(code), { code });
    };
    await assert.rejects(uploads(failing('media_gone')), failsWith('media_unreadable', false));
    await assert.rejects(uploads(failing('media_unavailable')), failsWith('media_unreadable', true));
    let reads = 0;
    const changing = async (offset) => {
      if (offset === 0) reads++;
      return { bytes: Buffer.alloc(bytes.length - offset, reads), end: true };
    };
    await assert.rejects(uploads(changing), failsWith('media_unreadable', true));
  });

  test('a host that takes nothing is given up', async () => {
    const { makeCertificate } = await import('../../../tests/node/wire/certificate.mjs');
    const { authority, certificate, key } = makeCertificate(['localhost']);
    const stalled = createServer({ key, cert: certificate }, () => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => stalled.once('listening', resolve));
    const slow = new MediaHost(`localhost:${stalled.address().port}`, [authority]);
    await assert.rejects(send('image', patterned(100), { host: slow, timing: { stallMs: 100 } }), failsWith('media_upload_failed', true));
    await assert.rejects(send('image', patterned(100), { host: slow, timing: { wholeMs: 150 } }), failsWith('media_upload_failed', true));
    slow.close();
    stalled.closeAllConnections();
    stalled.close();
  });
});
