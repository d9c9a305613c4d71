// A sidecar without WhatsApp: it speaks the protocol, and goes wrong when a message tells it to.
import { createInterface } from 'node:readline';
import { inspect } from 'node:util';

const lines = new Map();
const waiting = new Map();
let asked = 0;
const mode = process.env.EZW_WA_URL ?? '';

const write = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const ask = (method, params) => new Promise((resolve) => {
  waiting.set(++asked, resolve);
  write({ type: 'request', id: asked, method, params });
});

// One event at a time, the next after the answer; an answer that asks for it gets the same one again.
const tell = (lineId, event, keys) => {
  const line = lines.get(lineId);
  line.last = line.last.then(async () => {
    const seq = ++line.seq;
    for (;;) {
      const answer = await ask('event', { lineId, epoch: line.epoch, seq, event: { at: Date.now(), ...event }, keys });
      if (answer.error?.code === 'stale_epoch') lines.delete(lineId);
      if (!answer.error?.retryable) return;
    }
  });
  return line.last;
};

const message = (id, body) => ({
  kind: 'message', providerMessageId: id, chat: { phoneNumber: '+34600111222', lid: '1@lid', groupId: null }, fromMe: false,
  content: { kind: 'text', body }, senderName: 'Ana',
});

const accepted = { outcome: 'accepted', serverTime: 1764400000000 };

const orders = {
  die: () => process.exit(1),
  hang: () => { for (;;); },
  silence: () => new Promise(() => {}),
  garbage: () => { process.stdout.write('Closing session: SessionEntry {\n'); return accepted; },
  half: () => { process.stdout.write('{"type":"answer","id"', () => process.exit(0)); return new Promise(() => {}); },
  huge: () => { process.stdout.write('x'.repeat(5 * 1024 * 1024)); return new Promise(() => {}); },
  complain: () => { process.stderr.write('Error: privateKey kE3yM4t3r1alkE3yM4t3r1alkE3yM4t3r1al= of 34600111222\n'); return accepted; },
  process: () => ({ outcome: 'rejected', error: { class: 'transient', code: `${process.pid}`, message: '' } }),
};

// Ways to lose a key. The last word on standard error says that it is lost.
const lose = {
  errors: (key) => {
    for (const form of [key.toString('base64'), key.toString('base64url'), key.toString('hex'), JSON.stringify(key), { privKey: key }])
      process.stderr.write(`Closing session: ${typeof form === 'string' ? form : inspect(form)}\n`);
    process.stderr.write(`${'x '.repeat(490)}${key.toString('base64')}\n`);
    process.stderr.write(`${inspect(new Uint8Array(key))}\n${JSON.stringify(new Uint8Array(key))}\n`);
  },
  crash: (key) => setImmediate(() => {
    throw Object.assign(new TypeError(`bad key ${key.toString('base64')}`), { key, session: { privKey: key.toString('base64') } });
  }),
  garbage: (key) => process.stdout.write(`Closing session: SessionEntry ${inspect({ privKey: key })}\n`),
  half: (key) => process.stdout.write(`{"type":"answer","id":1,"result":{"key":"${key.toString('base64')}"`, () => process.exit(0)),
  event: (key, names) => ask('event', { ...names, seq: 1e6, event: { kind: key.toString('base64'), at: key.toString('hex') } }),
  state: (key, names) => ask('event', { ...names, seq: 1e6, event: { kind: 'state', at: 1, state: key.toString('base64') } }),
  keys: (key, names) => ask('keys.set', { ...names, writes: [{ type: 'creds', id: 7, value: key.toString('base64') }] }),
  answers: (key) => {
    const text = key.toString('base64');
    for (const name of ['numbers.check', 'probe', 'markRead', 'chatState', 'media.open', 'pairing.begin', 'logout', 'metrics', 'drain'])
      methods[name] = () => { throw Object.assign(new Error(`No: ${text}`), { code: text }); };
  },
};

const send = async ({ lineId, content, ...params }) => {
  const line = lines.get(lineId);
  const names = { lineId, epoch: line.epoch };
  if (content.kind === 'media') return sendFile(names, content);
  const [order, ...words] = content.body.split(' ');
  switch (order) {
    case 'hear':
      await Promise.all(words.map((word) => tell(lineId, message(word, word), [{ type: 'session', id: 'ana', value: btoa(word) }])));
      return accepted;
    case 'remember':
      return (await ask('keys.set', { ...names, writes: [{ type: 'creds', id: 'main', value: words[1] ?? btoa(words[0]) }] })).error
        ? { outcome: 'rejected', error: { class: 'engine_fault', code: 'x' } } : accepted;
    case 'recall': {
      const { result } = await ask('keys.get', { ...names, type: 'creds', ids: ['main', 'none'] });
      return Object.keys(result.values).length === 1 && atob(result.values.main) === words[0]
        ? accepted : { outcome: 'rejected', error: { class: 'engine_fault', code: 'x' } };
    }
    case 'lose': {
      const { result } = await ask('keys.get', { ...names, type: 'creds', ids: ['main'] });
      const answer = await lose[words[0]](Buffer.from(result.values.main, 'base64'), names);
      process.stderr.write('The key is lost.\n');
      return answer?.error ? { outcome: 'rejected', error: { class: 'engine_fault', code: answer.error.code } } : accepted;
    }
    case 'find': {
      const { result } = await ask('message.find', { ...names, chat: params.to, providerMessageId: words[0] });
      await tell(lineId, message('found', JSON.stringify(result)));
      return accepted;
    }
    case 'refuse':
      return { outcome: 'rejected', error: { class: words[0], code: words[1], message: 'x', retryAfterMs: 1000 } };
    case 'past': {
      const file = { reference: 'its key', mimeType: 'image/jpeg', sizeBytes: 7 };
      const image = { ...message('p2', ''), at: 2000, content: { kind: 'media', media: 'image', file, caption: 'look' } };
      await tell(lineId, {
        kind: 'history', identities: [{ phoneNumber: '+34600111222', lid: '1@lid' }], progress: 60, complete: false,
        names: [{ chat: { phoneNumber: '+34600111222', lid: null }, name: 'Ana' }], messages: [{ ...message('p1', 'long ago'), at: 1000 }, image],
      });
      await tell(lineId, { kind: 'history', progress: null, complete: true, gap: true });
      return accepted;
    }
    case 'become':
      await tell(lineId, { kind: 'state', state: words[0], reason: words[1] ?? '', detail: '', untilAt: words[2] && Number(words[2]) });
      return accepted;
    default:
      return orders[order] ? orders[order]() : accepted;
  }
};

const sendFile = async (names, { fileId, sizeBytes }) => {
  let offset = 0;
  for (;;) {
    const { result, error } = await ask('media.read', { ...names, fileId, offset, maxBytes: 262144 });
    if (error) return { outcome: 'rejected', error: { class: 'media_invalid', code: 'media_unreadable', message: error.code } };
    offset += Buffer.from(result.bytes, 'base64').length;
    if (result.end) return offset === sizeBytes ? accepted : { outcome: 'rejected', error: { class: 'media_invalid', code: 'x' } };
  }
};

// The phone confirms at once.
const link = async (lineId, phoneNumber) => {
  const { epoch } = lines.get(lineId);
  await tell(lineId, { kind: 'pairing_code', code: 'K7QX2M9P', expiresAt: Date.now() + 60000 });
  await ask('keys.set', { lineId, epoch, writes: [{ type: 'creds', id: 'main', value: btoa('zqv-private-key-zqv') }] });
  await tell(lineId, { kind: 'paired', identity: { phoneNumber, lid: '1@lid', deviceId: `${phoneNumber.slice(1)}:1@s.whatsapp.net` } });
  await tell(lineId, { kind: 'state', state: 'connecting', reason: 'authenticating', detail: '' });
  await tell(lineId, { kind: 'state', state: 'connected', reason: '', detail: '' });
};

const pulls = new Map();

const methods = {
  hello: () => {
    if (mode === 'fake:foreign') throw Object.assign(new Error('No.'), { code: 'unsupported_protocol' });
    if (mode === 'fake:crash') setImmediate(() => process.exit(3));
    return {
      protocol: 1, engine: 'fake', engineVersion: '1', sidecarVersion: '1', limits: { lines: 100, lineBytes: 4194304, chunkBytes: 262144 },
      capabilities: {},
    };
  },
  metrics: () => ({ memory: { rssBytes: process.memoryUsage().rss }, eventLoopLag: { meanMs: 1, p99Ms: 1, maxMs: 2 } }),
  drain: () => { setImmediate(() => process.exit(0)); return { unfinishedSends: 0 }; },
  'line.open': ({ lineId, epoch, identity }) => { lines.set(lineId, { epoch, identity, seq: 0, last: Promise.resolve() }); return {}; },
  'line.start': ({ lineId }) => {
    tell(lineId, { kind: 'state', state: 'connecting', reason: 'starting', detail: '' });
    tell(lineId, { kind: 'state', state: 'connected', reason: '', detail: '' });
    tell(lineId, { kind: 'state', state: 'connected', reason: 'in_sync', detail: '' });
    return {};
  },
  'line.close': ({ lineId }) => { lines.delete(lineId); return {}; },
  'pairing.begin': ({ lineId, method, phoneNumber }) => {
    if (method === 'code') { link(lineId, phoneNumber); return {}; }
    tell(lineId, { kind: 'state', state: 'connecting', reason: 'pairing', detail: '' });
    tell(lineId, { kind: 'qr', payload: 'scan me', expiresAt: Date.now() + 60000 });
    return {};
  },
  'pairing.cancel': ({ lineId }) => { tell(lineId, { kind: 'pairing_ended', reason: 'canceled', detail: '' }); return {}; },
  logout: () => ({ removed: true }),
  chatState: () => ({}),
  markRead: () => ({}),
  probe: () => ({ healthy: true, summary: 'Fine.' }),
  'numbers.check': ({ phoneNumbers }) => ({ numbers: phoneNumbers.map((phoneNumber) => ({ phoneNumber, onWhatsApp: true, lid: null })) }),
  'media.open': ({ reference }) => { pulls.set('s-1', Number(reference)); return { streamId: 's-1', sizeBytes: Number(reference) }; },
  'media.pull': ({ streamId, maxBytes }) => {
    const left = pulls.get(streamId);
    if (left < 0) throw Object.assign(new Error('No.'), { code: 'media_invalid' });
    const length = Math.min(left, maxBytes);
    pulls.set(streamId, left - length);
    return { bytes: Buffer.alloc(length, 7).toString('base64'), end: left === length };
  },
  'media.close': () => ({}),
  send,
};

createInterface({ input: process.stdin }).on('line', async (text) => {
  const line = JSON.parse(text);
  if (line.type === 'answer') {
    waiting.get(line.id)(line);
    waiting.delete(line.id);
    return;
  }
  try {
    if (line.params.lineId && line.method !== 'line.open' && !lines.has(line.params.lineId))
      throw Object.assign(new Error('No.'), { code: 'unknown_line' });
    write({ type: 'answer', id: line.id, result: await methods[line.method](line.params) });
  } catch (error) {
    write({ type: 'answer', id: line.id, error: { code: error.code ?? 'internal', message: error.message, retryable: false } });
  }
}).on('close', () => process.exit(0));

if (mode === 'fake:mute') { for (;;); }
if (mode === 'fake:gone') process.exit(3);
