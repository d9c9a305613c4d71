import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventsOf } from '../dist/content-in.js';
import { MediaStreams, reuploadBy } from '../dist/media-in.js';
import { parseReference, referenceTo } from '../dist/media-reference.js';
import { Device, startWorld } from './wire-world.mjs';

const OWNER = '34600000001';
const ANA = '34600000002';
const CHUNK = 262_144;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
/** What was collected is given back in the background. */
async function collectGarbage() {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 20));
}
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const failsWith = (code, retryable) => (problem) => problem.code === code && problem.retryable === retryable;

/** What `referenceTo` reads, of a reference that is to be changed. */
const asFile = ({ directPath, mediaKey, sha256: fileSha256, encryptedSha256: fileEncSha256, sizeBytes: fileLength }) => ({
  directPath,
  mediaKey,
  fileSha256,
  fileEncSha256,
  fileLength,
});

async function readAll(streams, streamId, maxBytes = CHUNK) {
  const chunks = [];
  for (;;) {
    const { bytes, end } = await streams.pull(streamId, maxBytes);
    assert.ok(bytes.length <= maxBytes);
    chunks.push(bytes);
    if (end) return Buffer.concat(chunks);
  }
}

describe('files of received messages', { timeout: 120_000 }, () => {
  let world;
  let device;
  let streams;
  const made = [];

  before(async () => {
    world = await startWorld();
    await world.post('/contacts', { phone: ANA, name: 'Ana' });
    device = await Device.pair(world, OWNER);
  });
  after(async () => {
    await device?.close();
    await world?.stop();
  });
  afterEach(async () => {
    await world.clearFaults();
    for (const one of made.splice(0)) one.closeAll();
  });

  const reader = (timing) => {
    streams = new MediaStreams(world.host(), timing);
    made.push(streams);
    return streams;
  };

  async function received(wanted) {
    const { id } = await world.post(`/contacts/${ANA}/send`, { to: OWNER, ...wanted });
    const message = await device.message(id);
    const [event] = eventsOf(message, device.own);
    return { ...event.content, path: parseReference(event.content.file.reference).directPath };
  }

  for (const kind of ['image', 'video', 'audio', 'voice', 'document', 'sticker'])
    test(`a file of the kind ${kind} is read as it was sent`, async () => {
      const sent = Buffer.from(`a ${kind} of few bytes`);
      const { file, media } = await received({ kind, bytes: sent.toString('base64') });
      const { streamId, sizeBytes } = await reader().open('line', file.reference, null);
      assert.equal(media, kind);
      assert.equal(sizeBytes, sent.length);
      assert.deepEqual(await readAll(streams, streamId), sent);
      assert.equal(streams.count, 0);
    });

  test('a large file comes in chunks, several at once and in order, and holds its last bytes back until it is verified', async () => {
    const size = 3_000_001;
    const { file } = await received({ kind: 'document', size });
    const { streamId } = await reader().open('line', file.reference, null);
    const pulls = await Promise.all([1, 2, 3, 4].map(() => streams.pull(streamId, CHUNK)));
    assert.deepEqual(
      pulls.map(({ bytes, end }) => [bytes.length, end]),
      pulls.map(() => [CHUNK, false]),
    );
    const whole = Buffer.concat([...pulls.map(({ bytes }) => bytes), await readAll(streams, streamId)]);
    assert.equal(whole.length, size);
    for (let place = 0; place < size; place += 4_099) assert.equal(whole[place], (place ^ (place >> 8) ^ (place >> 16)) & 0xff);
  });

  for (const size of [1, 15, 16, 17, CHUNK - 1, CHUNK, CHUNK + 1])
    test(`a file of ${size} bytes is whole, also one byte short of a chunk`, async () => {
      const { file } = await received({ kind: 'document', size });
      const { streamId } = await reader().open('line', file.reference, null);
      const bytes = await readAll(streams, streamId, Math.max(1, Math.min(CHUNK, size)));
      assert.equal(bytes.length, size);
      assert.equal(sha256(bytes), parseReference(file.reference).sha256.toString('hex'));
    });

  test('a file that was altered on its way is invalid, and its end never comes', async () => {
    const { file, path } = await received({ kind: 'document', size: 600_000 });
    await world.fault('media-corrupted', { path });
    const { streamId } = await reader().open('line', file.reference, null);
    await assert.rejects(readAll(streams, streamId), failsWith('media_invalid', false));
    await assert.rejects(streams.pull(streamId, CHUNK), failsWith('media_unavailable', true));
    assert.equal(streams.count, 0);
  });

  for (const changed of ['sha256', 'encryptedSha256', 'mediaKey'])
    test(`a file is invalid when ${changed} is another one`, async () => {
      const { file } = await received({ kind: 'image', size: 1_000 });
      const reference = parseReference(file.reference);
      reference[changed] = Buffer.alloc(32, 1);
      const { streamId } = await reader().open('line', referenceTo('image', asFile(reference), reference.message), null);
      await assert.rejects(readAll(streams, streamId), failsWith('media_invalid', false));
    });

  test('a connection that breaks is worth another try', async () => {
    const { file, path } = await received({ kind: 'document', size: 600_000 });
    await world.fault('media-truncated', { path });
    const first = await reader().open('line', file.reference, null);
    await assert.rejects(readAll(streams, first.streamId), failsWith('media_unavailable', true));
    const second = await streams.open('line', file.reference, null);
    assert.equal((await readAll(streams, second.streamId)).length, 600_000);
  });

  test('a host that sends nothing more is given up, but only while somebody waits', async () => {
    const { file, path } = await received({ kind: 'document', size: 600_000 });
    await world.fault('media-stalled', { path });
    const { streamId } = await reader({ stallMs: 200 }).open('line', file.reference, null);
    await assert.rejects(readAll(streams, streamId), failsWith('media_unavailable', true));
  });

  test('a stream that nobody pulls from is closed', async () => {
    const { file } = await received({ kind: 'document', size: 600_000 });
    const { streamId } = await reader({ idleMs: 50 }).open('line', file.reference, null);
    await streams.pull(streamId, 1_000);
    while (streams.count > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await assert.rejects(streams.pull(streamId, CHUNK), failsWith('media_unavailable', true));
  });

  test('a fifth pull at once is refused, and a closed stream ends those that wait', async () => {
    const { file, path } = await received({ kind: 'document', size: 600_000 });
    await world.fault('media-stalled', { path });
    const { streamId } = await reader().open('line', file.reference, null);
    await streams.pull(streamId, CHUNK);
    const waiting = [1, 2, 3, 4].map(() =>
      streams.pull(streamId, CHUNK).then(
        () => 'bytes',
        ({ code }) => code,
      ),
    );
    await assert.rejects(streams.pull(streamId, CHUNK), failsWith('busy', true));
    streams.closeLine('another line');
    assert.equal(streams.count, 1);
    streams.closeLine('line');
    assert.deepEqual(
      await Promise.all(waiting),
      waiting.map(() => 'media_unavailable'),
    );
  });

  for (const status of [403, 404, 410])
    test(`a file that the host no longer has (${status}) is brought again by the phone`, async () => {
      const { file, path } = await received({ kind: 'image', size: 5_000 });
      await world.fault('media-unavailable', { path, status, times: null });
      const reupload = reuploadBy((message) => device.socket.updateMediaMessage(message));
      const { streamId } = await reader().open('line', file.reference, reupload);
      assert.equal((await readAll(streams, streamId)).length, 5_000);
    });

  test('a file that the phone has no longer either is gone; it is asked once', async () => {
    const { file, path } = await received({ kind: 'image', size: 5_000 });
    await world.fault('media-unavailable', { path, times: null });
    let asked = 0;
    const nothing = async () => (asked++, null);
    await assert.rejects(reader().open('line', file.reference, nothing), failsWith('media_gone', false));
    await assert.rejects(
      streams.open('line', file.reference, async (reference) => reference),
      failsWith('media_gone', false),
    );
    assert.equal(asked, 1);
    assert.equal(streams.count, 0);
  });

  test('a phone that is off, or a line without connection, is worth another try', async () => {
    const { file, path } = await received({ kind: 'image', size: 5_000 });
    await world.fault('media-unavailable', { path, times: null });
    const never = () => new Promise(() => undefined);
    await assert.rejects(reader({ reuploadMs: 50 }).open('line', file.reference, never), failsWith('media_unavailable', true));
    await assert.rejects(streams.open('line', file.reference, null), failsWith('media_unavailable', true));
  });

  test('the phone’s refusal is told from its silence', async () => {
    const refuse = (statusCode) =>
      reuploadBy(async () => {
        throw Object.assign(new Error('refused'), { output: { statusCode } });
      });
    assert.equal(await refuse(404)(parseReference(await anyReference())), null);
    await assert.rejects(refuse(428)(parseReference(await anyReference())));
  });

  test('a host with faults, and one that cannot be reached, are worth another try', async () => {
    const { file, path } = await received({ kind: 'image', size: 5_000 });
    await world.fault('media-unavailable', { path, status: 503 });
    await assert.rejects(reader().open('line', file.reference, null), failsWith('media_unavailable', true));
    const { MediaHost } = await import('../dist/media-host.js');
    const unreachable = new MediaStreams(new MediaHost('127.0.0.1:9', []));
    made.push(unreachable);
    await assert.rejects(unreachable.open('line', file.reference, null), failsWith('media_unavailable', true));
    const untrusted = new MediaStreams(new MediaHost(world.media, []));
    made.push(untrusted);
    await assert.rejects(untrusted.open('line', file.reference, null), failsWith('media_unavailable', true));
  });

  test('a redirect is not followed', async () => {
    const { file, path } = await received({ kind: 'image', size: 5_000 });
    await world.fault('media-unavailable', { path, status: 302 });
    await assert.rejects(reader().open('line', file.reference, null), failsWith('media_unavailable', true));
  });

  test('no path leads to another host', async () => {
    const reference = parseReference(await anyReference());
    for (const directPath of [
      '//evil.example/x',
      '/\\evil.example/x',
      '.evil.example/x',
      '@evil.example/x',
      ':1@evil.example/x',
      '/a b',
      '/a\nb',
      '',
    ]) {
      const written = referenceTo('image', { ...asFile(reference), directPath }, reference.message);
      if (written) await assert.rejects(reader().open('line', written, null), failsWith('media_invalid', false), directPath);
    }
    await assert.rejects(reader().open('line', 'wa1.e30', null), failsWith('media_invalid', false));
    await assert.rejects(reader().open('line', 'nonsense', null), failsWith('media_invalid', false));
    assert.throws(() => world.host().request(world.media, '@evil.example/x'), TypeError);
  });

  test('no more than 64 streams are open at once', async () => {
    const { file } = await received({ kind: 'document', size: 100 });
    reader();
    const opened = await Promise.all(Array.from({ length: 64 }, () => streams.open('line', file.reference, null)));
    await assert.rejects(streams.open('line', file.reference, null), failsWith('busy', true));
    streams.close(opened[0].streamId);
    await streams.open('line', file.reference, null);
    assert.equal(streams.count, 64);
  });

  test('what is not pulled is not held in memory', async () => {
    const size = 64 * 1024 * 1024;
    const { file } = await received({ kind: 'document', size });
    const { streamId } = await reader().open('line', file.reference, null);
    await collectGarbage();
    const start = process.memoryUsage().arrayBuffers;
    let most = 0;
    let total = 0;
    for (let end = false; !end; ) {
      const chunk = await streams.pull(streamId, CHUNK);
      total += chunk.bytes.length;
      end = chunk.end;
      if (total % (16 * CHUNK) !== 0) continue;
      await collectGarbage();
      most = Math.max(most, process.memoryUsage().arrayBuffers - start);
    }
    assert.equal(total, size);
    assert.ok(most < 16 * CHUNK, `${most} bytes were held`);
  });

  async function anyReference() {
    const { file } = await received({ kind: 'image', size: 100 });
    return file.reference;
  }
});
