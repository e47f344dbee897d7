import { ProviderTrouble } from './trouble.js';

/** Names are read by one parser here and by another over there: which of two with one name counts, nobody knows (RFC 8259 section 4). */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/** @throws ProviderTrouble `bad_answer` for what is no JSON, and for an object that has a name twice. */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ProviderTrouble('bad_answer', error);
  }
  if (hasNameTwice(text)) throw new ProviderTrouble('bad_answer');
  return value;
}

/** @param json what JSON.parse took: its tokens need no more judging. */
function hasNameTwice(json: string): boolean {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of json.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && names !== undefined) {
      // Escapes are undone, so that "a" and "\u0061" are the same.
      const name = JSON.parse(last) as string;
      if (names.has(name)) return true;
      names.add(name);
    }
    last = token;
  }
  return false;
}
