import { readFile } from 'node:fs/promises';
import type { ClientLine } from '../load/client-log.ts';

/** What the client knows of one key, over all its calls. */
export interface ClientRecord {
  /** Ids it was given; more than one would mean that a repeated key was taken for a new request. */
  readonly ids: ReadonlySet<string>;
  /** Calls that had no answer, or one that says "ask again". */
  readonly unknowns: number;
  readonly refusals: readonly string[];
  readonly user: string;
  /** When it first heard that the line was accepted, in milliseconds since 1970. */
  readonly acceptedAt: number | undefined;
}

/** Reads the client's log, key by key. A last line without an end was not on disk before the client went on: it is left out. */
export async function readClientLog(path: string): Promise<Map<string, ClientRecord>> {
  const records = new Map<string, Writable>();
  for (const line of wholeLines(await readFile(path, 'utf8'))) {
    const said = JSON.parse(line) as ClientLine;
    const record = records.get(said.key) ?? newRecord();
    records.set(said.key, record);
    if (said.event === 'sent') record.user = said.user;
    if (said.event === 'accepted') {
      record.ids.add(said.id);
      record.acceptedAt ??= said.at;
    }
    if (said.event === 'unknown') record.unknowns += 1;
    if (said.event === 'refused') record.refusals.push(said.why);
  }
  return records;
}

interface Writable {
  ids: Set<string>;
  unknowns: number;
  refusals: string[];
  user: string;
  acceptedAt: number | undefined;
}

function newRecord(): Writable {
  return { ids: new Set(), unknowns: 0, refusals: [], user: '', acceptedAt: undefined };
}

export function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
