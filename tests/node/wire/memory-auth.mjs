// Credentials and Signal keys of a simulated party, in memory only.
import { initAuthCreds } from 'baileys';

export function memoryAuth() {
  /** @type {Map<string, Map<string, unknown>>} */
  const byType = new Map();
  const ofType = (type) => byType.get(type) ?? byType.set(type, new Map()).get(type);
  const keys = {
    get: async (type, ids) => {
      const stored = ofType(type);
      return Object.fromEntries(ids.filter((id) => stored.has(id)).map((id) => [id, stored.get(id)]));
    },
    set: async (changes) => {
      for (const [type, values] of Object.entries(changes)) {
        for (const [id, value] of Object.entries(values)) {
          if (value === null || value === undefined) ofType(type).delete(id);
          else ofType(type).set(id, value);
        }
      }
    },
  };
  return { creds: initAuthCreds(), keys };
}
