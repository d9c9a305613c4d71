import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsOf, shapeOf } from '../dist/media-shape.js';

const hex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const jpegSegment = (marker, length) =>
  Buffer.concat([hex(`ff${marker}`), Buffer.from([length >> 8, length & 0xff]), Buffer.alloc(length - 2)]);
const frame = hex('ffc2 0011 08 01e0 0280 03');

test('a JPEG tells its size behind a long preview', () => {
  const head = Buffer.concat([hex('ffd8'), jpegSegment('e1', 60_000), jpegSegment('c4', 30), frame]);
  assert.deepEqual(shapeOf(head), { width: 640, height: 480 });
});

test('PNG, GIF and the three forms of WebP tell their size', () => {
  assert.deepEqual(shapeOf(hex('89504e470d0a1a0a 0000000d 49484452 00000280 000001e0')), { width: 640, height: 480 });
  assert.deepEqual(shapeOf(Buffer.concat([Buffer.from('GIF89a'), hex('8002 e001')])), { width: 640, height: 480 });
  const webp = (kind, rest) => Buffer.concat([Buffer.from(`RIFF....WEBP${kind}`), hex(rest)]);
  assert.deepEqual(shapeOf(webp('VP8 ', '00000000 000000 9d012a 0002 0001')), { width: 512, height: 256 });
  assert.deepEqual(shapeOf(webp('VP8L', '00000000 2f ff c1 3f 00')), { width: 512, height: 256 });
  assert.deepEqual(shapeOf(webp('VP8X', '0a000000 02000000 ff0100 ff0000')), { width: 512, height: 256, animated: true });
});

test('what is cut off, empty or something else tells nothing', () => {
  for (const head of [
    Buffer.alloc(0),
    Buffer.from('hello'),
    hex('ffd8'),
    hex('ffd8ffe1'),
    hex('ffd8ff'),
    hex('89504e470d0a1a0a'),
    Buffer.from('RIFF....WEBPVP8X'),
  ])
    assert.deepEqual(shapeOf(head), {});
  assert.deepEqual(shapeOf(hex('89504e470d0a1a0a 0000000d 49484452 ffffffff 000001e0')), {});
});

test('a voice message tells how long it is', () => {
  const page = (granule) => {
    const header = Buffer.alloc(27);
    header.write('OggS');
    header.writeBigInt64LE(BigInt(granule), 6);
    return header;
  };
  const opus = Buffer.concat([Buffer.from('OpusHead'), hex('01 01 3801 80bb0000')]);
  const head = Buffer.concat([page(0), opus]);
  assert.equal(secondsOf(head, Buffer.concat([page(48_000), page(48_000 * 7 + 312)])), 7);
  assert.equal(secondsOf(head, page(400)), 1);
  assert.equal(secondsOf(head, page(0)), null);
  assert.equal(secondsOf(head, Buffer.from('OggS')), null);
  assert.equal(secondsOf(Buffer.from('ID3'), page(48_000)), null);
});
