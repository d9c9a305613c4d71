// The process in which contacts live, apart from the server: it trusts the media host's authority from its start, as only the environment
// can say to Node. It takes requests from its parent and tells it what happens to the contacts.
import './quiet.mjs';
import { Contact } from './contact.mjs';
import { Refusal } from './refusal.mjs';

/** @type {Map<string, Contact>} */
const contacts = new Map();

const emit = (phone) => (event, detail) => {
  if (process.connected) process.send({ event, phone, detail });
};

const REQUESTS = {
  connect: (phone, { url }) => {
    if (!contacts.has(phone)) contacts.set(phone, new Contact(url, emit(phone)));
    contacts.get(phone).connect();
  },
  disconnect: (phone) => contacts.get(phone).disconnect(),
  send: (phone, wanted) => contacts.get(phone).send(wanted),
  confirm: (phone, { ids, type }) => contacts.get(phone).confirm(ids, type),
  presence: (phone, { to, state }) => contacts.get(phone).setPresence(to, state),
  watch: (phone, { to }) => contacts.get(phone).watch(to),
  check: (phone, { numbers }) => contacts.get(phone).check(numbers),
  download: (phone, { id }) => contacts.get(phone).download(id),
};

process.on('message', async ({ id, request, phone, parameters }) => {
  try {
    process.send({ id, result: await REQUESTS[request](phone, parameters) });
  } catch (problem) {
    const { status, code } = problem instanceof Refusal ? problem : { status: 500, code: 'contact_failed' };
    process.send({ id, refusal: { status, code, message: problem.message } });
  }
});
process.on('disconnect', () => process.exit(0));
