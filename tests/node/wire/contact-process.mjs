// The process in which contacts live, apart from the server: it trusts the media host's authority from its start, as only the environment
// can say to Node. It takes requests from its parent and tells it what happens to the contacts.
import './quiet.mjs';
import { Contact } from './contact.mjs';
import { Refusal } from './refusal.mjs';

/** Files of the history have no address but a path on this host; here the name leads to the test's media host. */
const REAL_MEDIA_HOST = 'https://mmg.whatsapp.net/';
const realFetch = globalThis.fetch;
globalThis.fetch = (url, options) => realFetch(String(url).replace(REAL_MEDIA_HOST, `https://${process.env.MEDIA_HOST}/`), options);

/** @type {Map<string, Contact>} */
const contacts = new Map();

/** The parent may be gone already; then there is nobody to tell, and `disconnect` ends this process. */
const tell = (message) => process.connected && process.send(message, undefined, undefined, () => {});

const emit = (phone) => (event, detail) => tell({ event, phone, detail });

const REQUESTS = {
  connect: (phone, { url, name }) => {
    if (!contacts.has(phone)) contacts.set(phone, new Contact(url, name, emit(phone)));
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
    tell({ id, result: await REQUESTS[request](phone, parameters) });
  } catch (problem) {
    const { status, code } = problem instanceof Refusal ? problem : { status: 500, code: 'contact_failed' };
    tell({ id, refusal: { status, code, message: problem.message } });
  }
});
process.on('disconnect', () => process.exit(0));
