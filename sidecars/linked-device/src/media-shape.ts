// What a file tells of itself in a few bytes: how wide and high a picture is, how long a voice message. No decoder, so nothing to be
// attacked; what is not plain to see is left out, and the receiving phone finds out by itself.

/** How much of a file's beginning and end must be kept to look at. */
export const HEAD_BYTES = 262_144;
export const TAIL_BYTES = 65_536;

const MOST_PIXELS_A_SIDE = 65_535;
const OPUS_SAMPLES_A_SECOND = 48_000n;

export interface Shape {
  width?: number;
  height?: number;
  animated?: boolean;
}

/** @param head the first bytes of a JPEG, PNG, GIF or WebP file */
export function shapeOf(head: Buffer): Shape {
  try {
    const shape = png(head) ?? gif(head) ?? webp(head) ?? jpeg(head);
    return shape?.width && shape.height && Math.max(shape.width, shape.height) <= MOST_PIXELS_A_SIDE ? shape : {};
  } catch (problem) {
    if (problem instanceof RangeError) return {};
    throw problem;
  }
}

/** @param tail the last bytes of an Ogg file with Opus @returns null when it is none */
export function secondsOf(head: Buffer, tail: Buffer): number | null {
  const header = head.indexOf('OpusHead');
  const page = tail.lastIndexOf('OggS');
  if (!startsWith(head, 'OggS') || header < 0 || page < 0 || page + 14 > tail.length || header + 12 > head.length) return null;
  const samples = tail.readBigInt64LE(page + 6) - BigInt(head.readUInt16LE(header + 10));
  const seconds = Number(samples) / Number(OPUS_SAMPLES_A_SECOND);
  return seconds > 0 && seconds < 86_400 ? Math.max(1, Math.round(seconds)) : null;
}

function png(head: Buffer): Shape | null {
  if (!startsWith(head, '\x89PNG\r\n\x1a\n')) return null;
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

function gif(head: Buffer): Shape | null {
  if (!startsWith(head, 'GIF8')) return null;
  return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
}

function webp(head: Buffer): Shape | null {
  if (!startsWith(head, 'RIFF') || head.toString('latin1', 8, 12) !== 'WEBP') return null;
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1, animated: (head.readUInt8(20) & 0x02) !== 0 };
    default:
      return null;
  }
}

/** The frame header names the size; before it come segments that name their length. */
function jpeg(head: Buffer): Shape | null {
  if (!startsWith(head, '\xff\xd8')) return null;
  let place = 2;
  while (head.readUInt8(place) === 0xff) {
    const marker = head.readUInt8(place + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: head.readUInt16BE(place + 5), width: head.readUInt16BE(place + 7) };
    }
    place += 2 + head.readUInt16BE(place + 2);
  }
  return null;
}

function startsWith(head: Buffer, start: string): boolean {
  return head.toString('latin1', 0, start.length) === start;
}
