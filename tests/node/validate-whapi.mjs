// Holds webhook payloads against whapi.cloud's own OpenAPI document, named by the first argument.
// Reads a payload a line; writes {ok, reason?} a line.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { load } from 'js-yaml';
import { answer, lines } from './lines.mjs';

const document = load(readFileSync(process.argv[2], 'utf8'));
const schemas = document.components.schemas;

// Three faults of the document itself. It is checked that each is still there, so that a corrected document is not bent.
const mend = (name, isFaulty, repair) => {
  if (!isFaulty(schemas[name])) throw new Error(`${name} is not faulty any more: take its repair away.`);
  repair(schemas[name]);
};
// A file requires "time", which no schema defines and no sample of theirs has.
mend('MediaFile', (file) => file.required.includes('time') && !file.properties.time,
  (file) => { file.required = file.required.filter((member) => member !== 'time'); });
// A success requires "result", and defines "success".
mend('ResponseSuccess', (success) => success.required.includes('result') && !success.properties.result,
  (success) => { success.required = ['success']; });
// A content is exactly one of schemas that are optional throughout, so that anything is several of them.
mend('MessageContent', (content) => Boolean(content.oneOf),
  (content) => { content.anyOf = content.oneOf; delete content.oneOf; });

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, schemas: [{ $id: 'whapi', components: { schemas } }] });
const of = (name) => ajv.getSchema(`whapi#/components/schemas/${name}`);

// The document leaves ids of messages and of their chats open where they are told, and asks for their form where they are given back.
const ids = ({ messages = [], statuses = [], chats = [] }) => {
  const told = [...messages, ...chats.map((chat) => chat.last_message).filter(Boolean)];
  return [
    ...[...told, ...statuses].map(({ id }) => ['MessageID', id]),
    ...told.flatMap(({ action, context }) => [action?.target, context?.quoted_id]).filter((id) => id !== undefined)
      .map((id) => ['MessageID', id]),
    ...told.map((message) => ['ChatID', message.chat_id]),
  ];
};

// The payload's schema requires nothing, so what makes it one is asked for here.
const envelope = (payload) => {
  const { event, channel_id: channel } = payload;
  if (!event?.type || event.event !== 'post' || typeof channel !== 'string') return 'no event or no channel_id';
  const lists = Object.keys(payload).filter((member) => member !== 'event' && member !== 'channel_id');
  if (event.type === 'service') return lists.length ? `a service event with ${lists}` : null;
  return lists.join() === event.type && payload[event.type].length ? null : `${event.type} with ${lists}`;
};

const check = (payload) => {
  const wrong = envelope(payload);
  if (wrong) return wrong;
  const whole = of('WebhookPayload');
  if (!whole(payload)) return ajv.errorsText(whole.errors, { dataVar: 'payload' });
  const bad = ids(payload).find(([schema, id]) => !of(schema)(id));
  return bad ? `${bad[1]} is no ${bad[0]}` : null;
};

for await (const payload of lines()) {
  const reason = check(payload);
  answer(reason ? { ok: false, reason } : { ok: true });
}
