// JSON lines from standard input, one at a time.
import { createInterface } from 'node:readline';

export async function* lines() {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line) yield JSON.parse(line);
  }
}

export const answer = (verdict) => process.stdout.write(`${JSON.stringify(verdict)}\n`);
