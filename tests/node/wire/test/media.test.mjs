import '../quiet.mjs';
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { after, afterEach, before, test } from 'node:test';
import { assertHas, startWorld } from './world.mjs';

const ANNA = '34600000001';
const BORIS = '34600000002';

let world;
let authority;
before(async () => {
  world = await startWorld();
  authority = await readFile(world.authority);
  await world.post('/contacts', { phone: ANNA, name: 'Anna' });
  await world.post('/contacts', { phone: BORIS, name: 'Boris' });
});
afterEach(() => world.clearFaults());
after(async () => {
  const { problems } = await world.get('/state');
  assert.equal(await world.stop(), 0);
  assert.deepEqual(problems, []);
});

async function sent(from, wanted) {
  const { id } = await world.post(from, { to: BORIS, ...wanted });
  const { messages } = await world.get(`/contacts/${BORIS}/received?id=${id}`);
  return messages[0];
}

const download = ({ id }) => world.get(`/contacts/${BORIS}/files/${id}`);

/** One request to the media host, trusting its authority only. */
function fetchMedia(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(`https://${world.media}${path}`, { method, headers, ca: authority }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function uploaded(body) {
  const hash = createHash('sha256').update(body).digest('base64url');
  const { body: answer } = await fetchMedia(`/mms/document/${hash}?auth=test&token=${hash}`, { method: 'POST', body });
  return JSON.parse(answer).direct_path;
}

for (const kind of ['image', 'video', 'voice', 'document', 'sticker']) {
  test(`a ${kind} goes up encrypted and comes down as it was`, async () => {
    const bytes = randomBytes(70_001);
    const message = await sent(`/contacts/${ANNA}/send`, { kind, bytes: bytes.toString('base64') });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    assertHas(message, { kind, size: bytes.length, sha256 });
    assertHas(await download(message), { size: bytes.length, sha256, bytes: bytes.toString('base64') });
  });
}

test('what the owner sends from the phone can be downloaded too', async () => {
  const message = await sent(`/phones/${ANNA}/send`, { kind: 'image', size: 10_000, caption: 'from the phone' });
  assertHas(message, { kind: 'image', size: 10_000, caption: 'from the phone' });
  assertHas(await download(message), { size: 10_000, sha256: message.sha256 });
});

test('a file name and a caption arrive with a document', async () => {
  const message = await sent(`/contacts/${ANNA}/send`, {
    kind: 'document',
    mime: 'application/pdf',
    fileName: 'bill.pdf',
    caption: 'March',
  });
  assertHas(message, { kind: 'document', mime: 'application/pdf', fileName: 'bill.pdf', caption: 'March' });
});

test('a corrupted download is not what was sent', async () => {
  const message = await sent(`/contacts/${ANNA}/send`, { kind: 'document', size: 5_000 });
  await world.fault('media-corrupted');
  assert.notEqual((await download(message)).sha256, message.sha256);
  assert.equal((await download(message)).sha256, message.sha256);
});

test('a download may be refused, and a refused upload is tried again by nobody', async () => {
  const message = await sent(`/contacts/${ANNA}/send`, { kind: 'document' });
  await world.fault('media-unavailable', { status: 500 });
  await assert.rejects(download(message), { code: 'contact_failed' });
  await world.fault('upload-refused', { status: 503 });
  await assert.rejects(world.post(`/contacts/${ANNA}/send`, { to: BORIS, kind: 'image' }), { code: 'contact_failed' });
});

test('a file that is gone from the host is brought again by the phone', async () => {
  const message = await sent(`/contacts/${ANNA}/send`, { kind: 'image', size: 3_000 });
  const gone = await world.fault('media-unavailable', { status: 410 });
  assertHas(await download(message), { sha256: message.sha256 });
  assertHas(await world.get(`/faults/${gone.id}`), { struck: 1 });
});

test('an upload may be cut', async () => {
  await world.fault('upload-dropped');
  await assert.rejects(world.post(`/contacts/${ANNA}/send`, { to: BORIS, kind: 'video' }), { code: 'contact_failed' });
});

test('the host refuses an upload that is not what its address says, and unknown paths', async () => {
  assert.equal((await fetchMedia(`/mms/image/${'A'.repeat(43)}`, { method: 'POST', body: 'other' })).status, 400);
  assert.equal((await fetchMedia('/v/nothing')).status, 404);
});

test('ranges are served, also broken ones on order', async () => {
  const body = randomBytes(1_000);
  const path = await uploaded(body);
  const part = await fetchMedia(path, { headers: { range: 'bytes=100-199' } });
  assert.deepEqual([part.status, part.headers['content-range']], [206, 'bytes 100-199/1000']);
  assert.ok(part.body.equals(body.subarray(100, 200)));
  assert.equal((await fetchMedia(path, { headers: { range: 'bytes=1000-' } })).status, 416);
  await world.fault('media-range-broken');
  const broken = await fetchMedia(path, { headers: { range: 'bytes=900-' } });
  assert.deepEqual([broken.status, broken.body.length, broken.body.equals(body.subarray(900))], [206, 100, false]);
});

test('a download may end halfway', async () => {
  const path = await uploaded(randomBytes(100_000));
  await world.fault('media-truncated');
  await assert.rejects(fetchMedia(path), { code: 'ECONNRESET' });
  assert.equal((await fetchMedia(path)).body.length, 100_000);
});

test('a download may stop in the middle without an end', async () => {
  const path = await uploaded(randomBytes(100_000));
  await world.fault('media-stalled');
  const outgoing = request(`https://${world.media}${path}`, { ca: authority }).end();
  const [response] = await once(outgoing, 'response');
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size === 50_000) break;
  }
  assert.deepEqual([size, response.complete], [50_000, false]);
});

test('the newest client revision is named where clients look for it', async () => {
  const { body } = await fetchMedia('/sw.js');
  assert.match(body.toString(), /client_revision\\?":\s*1043857760/);
});
