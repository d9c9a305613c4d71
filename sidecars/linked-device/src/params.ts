// What the host asks, checked before anything is done with it.
import { Fault } from './fault.js';
import { MOST_NUMBERS } from './numbers.js';
import type { PairingMethod } from './pairing.js';
import type { Chat, HelloOptions, LogLevel, OutgoingContent, OwnIdentity, SendParams } from './protocol.js';

const LINE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const E164 = /^\+[1-9]\d{4,14}$/;
const MEDIA = new Set(['image', 'video', 'audio', 'voice', 'document', 'sticker']);
const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'silent']);
const MOST_IDS = 1_000;
const MOST_ID_CHARACTERS = 128;
const MOST_TIMEOUT_MS = 600_000;

export type Fields = Readonly<Record<string, unknown>>;

export function lineIdOf({ lineId }: Fields): string {
  if (typeof lineId !== 'string' || !LINE_ID.test(lineId)) throw Fault.invalid('lineId is not a UUID in lower case.');
  return lineId;
}

export function textOf(fields: Fields, name: string, most = 16_384): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > most) {
    throw Fault.invalid(`${name} is not a text of 1 to ${most} characters.`);
  }
  return value;
}

export function integerOf(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw Fault.invalid(`${name} is not an integer from ${least} to ${most}.`);
  }
  return value as number;
}

export function identityOf({ identity }: Fields): OwnIdentity | null {
  if (isNothing(identity)) return null;
  const fields = objectOf(identity, 'identity');
  return { phoneNumber: numberOf(fields, 'phoneNumber'), lid: optionalText(fields, 'lid'), deviceId: textOf(fields, 'deviceId') };
}

export function pairingOf(fields: Fields): PairingMethod {
  if (fields.method === 'qr') return { method: 'qr' };
  if (fields.method === 'code') return { method: 'code', phoneNumber: numberOf(fields, 'phoneNumber') };
  throw Fault.invalid('method is none of qr, code.');
}

export function chatFrom(value: unknown, name: string): Chat {
  const fields = objectOf(value, name);
  const [phoneNumber, lid, groupId] = [optionalText(fields, 'phoneNumber'), optionalText(fields, 'lid'), optionalText(fields, 'groupId')];
  if (phoneNumber && !E164.test(phoneNumber)) throw Fault.invalid(`${name}.phoneNumber is not a number in E.164.`);
  if (lid && !/^\d{1,32}@lid$/.test(lid)) throw Fault.invalid(`${name}.lid is not a LID.`);
  if (groupId && !/^[\d-]{1,64}@g\.us$/.test(groupId)) throw Fault.invalid(`${name}.groupId is not a group.`);
  if (!phoneNumber && !lid && !groupId) throw Fault.invalid(`${name} names no chat.`);
  return { phoneNumber, lid, groupId };
}

export function numbersOf({ phoneNumbers }: Fields): string[] {
  const fits = (number: unknown): boolean => typeof number === 'string' && E164.test(number);
  if (!Array.isArray(phoneNumbers) || phoneNumbers.length > MOST_NUMBERS || !phoneNumbers.every(fits)) {
    throw Fault.invalid(`phoneNumbers are not at most ${MOST_NUMBERS} in E.164.`);
  }
  return phoneNumbers as string[];
}

export function idsOf({ providerMessageIds: ids }: Fields): string[] {
  const fits = (id: unknown): boolean => typeof id === 'string' && id.length > 0 && id.length <= MOST_ID_CHARACTERS;
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_IDS || !ids.every(fits)) {
    throw Fault.invalid('providerMessageIds are not valid.');
  }
  return ids as string[];
}

export function chatStateOf({ state }: Fields): 'composing' | 'recording' | 'paused' {
  if (state === 'composing' || state === 'recording' || state === 'paused') return state;
  throw Fault.invalid('state is none of composing, recording, paused.');
}

export function sendOf(fields: Fields): SendParams {
  return {
    lineId: lineIdOf(fields),
    providerMessageId: textOf(fields, 'providerMessageId', MOST_ID_CHARACTERS),
    to: chatFrom(fields.to, 'to'),
    content: contentOf(objectOf(fields.content, 'content')),
    quotedProviderMessageId: optionalText(fields, 'quotedProviderMessageId'),
    typingMs: isNothing(fields.typingMs) ? 0 : integerOf(fields, 'typingMs', 0, MOST_TIMEOUT_MS),
    attempt: isNothing(fields.attempt) ? 1 : integerOf(fields, 'attempt', 1, Number.MAX_SAFE_INTEGER),
  };
}

export function optionsOf({ options }: Fields): HelloOptions {
  const fields = isNothing(options) ? {} : objectOf(options, 'options');
  const level = fields.logLevel ?? 'info';
  if (typeof level !== 'string' || !LEVELS.has(level)) throw Fault.invalid('logLevel is none that is known.');
  return {
    logLevel: level as LogLevel,
    deviceName: optionalText(fields, 'deviceName') ?? 'EZWhatsApp',
    syncFullHistory: fields.syncFullHistory === true,
    ctaUrlNative: fields.ctaUrlNative === true,
    ackTimeoutMs: isNothing(fields.ackTimeoutMs) ? 30_000 : integerOf(fields, 'ackTimeoutMs', 100, MOST_TIMEOUT_MS),
  };
}

/** What cannot be sent is told as the result of the send; only what is not even of the shape is refused here. */
function contentOf(fields: Fields): OutgoingContent {
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw Fault.invalid(`content.${name} is not a text.`);
    return value;
  };
  switch (fields.kind) {
    case 'text':
      return { kind: 'text', body: text('body') };
    case 'cta_url':
      return { kind: 'cta_url', body: text('body'), displayText: text('displayText'), url: text('url') };
    case 'media': {
      if (!MEDIA.has(text('media'))) throw Fault.invalid('content.media is none that is known.');
      const media = fields.media as Extract<OutgoingContent, { kind: 'media' }>['media'];
      const sizeBytes = integerOf(fields, 'sizeBytes', 0, Number.MAX_SAFE_INTEGER);
      const [fileName, caption] = [optionalText(fields, 'fileName'), optionalText(fields, 'caption')];
      return { kind: 'media', media, mimeType: text('mimeType'), fileName, sizeBytes, caption, fileId: text('fileId') };
    }
    default:
      throw Fault.invalid('content.kind is none that is known.');
  }
}

function numberOf(fields: Fields, name: string): string {
  const value = textOf(fields, name);
  if (!E164.test(value)) throw Fault.invalid(`${name} is not a number in E.164.`);
  return value;
}

function optionalText(fields: Fields, name: string): string | null {
  const value = fields[name];
  if (isNothing(value)) return null;
  if (typeof value !== 'string') throw Fault.invalid(`${name} is not a text.`);
  return value;
}

function objectOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw Fault.invalid(`${name} is not an object.`);
  return value as Fields;
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;
