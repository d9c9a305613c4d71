import '../quiet.mjs';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { isOpen, startWorld } from './world.mjs';

const FROZEN_CLIENT = fileURLToPath(new URL('./frozen-client.mjs', import.meta.url));

test('the server stops when standard input ends, its contacts with it, and leaves nothing behind', async () => {
  const world = await startWorld();
  await world.post('/contacts', { phone: '34600000001' });
  assert.ok(existsSync(world.authority));
  assert.equal(await world.stop(), 0);
  assert.ok(!existsSync(world.authority));
});

test('the server stops on SIGTERM', async () => {
  const world = await startWorld();
  world.child.kill('SIGTERM');
  const [code] = await once(world.child, 'exit');
  assert.equal(code, 0);
});

test('two servers at once do not disturb each other', async () => {
  const worlds = await Promise.all([startWorld(), startWorld()]);
  assert.equal(new Set(worlds.flatMap(({ url, admin, media }) => [url, admin, media])).size, 6);
  await Promise.all(worlds.map((world) => world.stop()));
});

test('a client that is frozen loses its socket to the next one within its grace of a second', async () => {
  const world = await startWorld();
  const phone = '34600000001';
  const client = spawn(process.execPath, [FROZEN_CLIENT, world.url], { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] });
  const [{ qr }] = await once(client, 'message');
  await world.post('/scan', { qr, phone });
  const [auth] = await once(client, 'message');
  client.kill('SIGSTOP');
  const second = spawn(process.execPath, [FROZEN_CLIENT, world.url, JSON.stringify(auth)], {
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
  });
  await once(second, 'message');
  await world.get(`/phones/${phone}/connected?count=1&sockets=1`);
  const { longestOverlapMs } = await world.get('/state');
  assert.ok(longestOverlapMs > 500 && longestOverlapMs < 3_000, `overlapped for ${longestOverlapMs} ms`);
  for (const one of [client, second]) one.kill('SIGKILL');
  await world.stop();
});

test('the admin door answers mistakes with their code', async () => {
  const world = await startWorld();
  await assert.rejects(world.get('/nowhere'), { status: 404, code: 'no_such_route' });
  await assert.rejects(world.fault('nonsense'), { status: 400, code: 'unknown_fault' });
  await assert.rejects(world.get('/contacts/34600000001/received'), { status: 404, code: 'unknown_contact' });
  await assert.rejects(world.post('/phones/34600000001/send', { to: '34600000002' }), { status: 404, code: 'unknown_phone' });
  assert.ok(isOpen(await world.post('/contacts', { phone: '34600000001' })));
  await assert.rejects(world.post('/contacts/34600000001/send', { to: '34600000001', kind: 'song' }), {
    status: 400,
    code: 'unknown_kind',
  });
  await assert.rejects(world.post('/contacts/34600000001/read', { ids: ['X'] }), { status: 404, code: 'unknown_message' });
  const response = await fetch(`${world.admin}/faults`, { method: 'POST', body: '{' });
  assert.equal(response.status, 400);
  await world.stop();
});
