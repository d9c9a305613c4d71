// Which numbers are on WhatsApp, and under which LID. Baileys' own check leaves the LID out.
import { USyncQuery, USyncUser } from 'baileys';
import { lidOf, phoneOf } from './addresses.js';
import { Fault } from './fault.js';
import type { Line } from './line.js';
import type { NumberCheck } from './protocol.js';

export const MOST_NUMBERS = 50;

/** Every number, in the order asked. What exists is remembered as one person with its LID. */
export async function checkNumbers(line: Line, phoneNumbers: readonly string[]): Promise<NumberCheck[]> {
  if (phoneNumbers.length === 0) return [];
  const { socket } = line.connection;
  const query = new USyncQuery().withContactProtocol().withLIDProtocol();
  for (const number of new Set(phoneNumbers)) query.withUser(new USyncUser().withPhone(number));
  const answer = await socket.executeUSyncQuery(query).catch((problem: unknown) => {
    throw line.isConnected ? unanswered(problem) : Fault.notConnected();
  });
  if (!answer) throw new Fault('timed_out', 'WhatsApp did not answer in time.', true);
  const found = new Map<string, string | null>();
  for (const { id, contact, lid } of answer.list) {
    const number = contact === true ? phoneOf(id) : null;
    if (number) found.set(number, lidOf(lid as string | undefined));
  }
  await remember(line, found);
  return phoneNumbers.map((phoneNumber) => ({ phoneNumber, onWhatsApp: found.has(phoneNumber), lid: found.get(phoneNumber) ?? null }));
}

async function remember(line: Line, found: ReadonlyMap<string, string | null>): Promise<void> {
  const pairs = [...found].filter((pair): pair is [string, string] => pair[1] !== null);
  if (pairs.length === 0) return;
  await line.journal?.lidMapping?.storeLIDPNMappings(pairs.map(([number, lid]) => ({ lid, pn: `${number.slice(1)}@s.whatsapp.net` })));
}

function unanswered(problem: unknown): Fault {
  const { output } = problem as { output?: { statusCode?: number } };
  return output?.statusCode === 408
    ? new Fault('timed_out', 'WhatsApp did not answer in time.', true)
    : new Fault('internal', 'WhatsApp refused to check the numbers.', true);
}
