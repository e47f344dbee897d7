import { readFile } from 'node:fs/promises';
import { wholeLines } from './client-record.ts';

/** One message that the provider took: with an answer that says so, or without one. */
export interface Arrival {
  /** The delivery that it was an attempt of. */
  readonly id: string;
  readonly answered: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Received {
  /** Of Apple; Google's messages carry their delivery's id in their data. */
  readonly apnsId?: string;
  readonly receivedAt: string;
  readonly payload: {
    readonly aps?: { readonly alert?: string | { readonly body?: string } };
    readonly message?: {
      readonly notification?: { readonly body?: string };
      readonly data?: { readonly sbx_delivery_id?: string };
    };
  };
  readonly answer: { readonly kind: string; readonly status?: number };
}

/**
 * What reached phones, by the key that each message carries. A request that the provider never answered counts: it had
 * taken the message, and the sender cannot know.
 */
export async function readArrivals(oracleLog: string): Promise<Map<string, Arrival[]>> {
  const arrivals = new Map<string, Arrival[]>();
  for (const line of wholeLines(await readFile(oracleLog, 'utf8'))) {
    const { apnsId, receivedAt, payload, answer } = JSON.parse(line) as Received;
    const answered = answer.kind === 'answer' && answer.status === 200;
    if (!answered && answer.kind !== 'hang') continue;
    const key = keyOf(payload);
    const id = apnsId ?? payload.message?.data?.sbx_delivery_id ?? '(no id)';
    const arrival = { id, answered, at: Date.parse(receivedAt) };
    const known = arrivals.get(key);
    if (known) known.push(arrival);
    else arrivals.set(key, [arrival]);
  }
  return arrivals;
}

/** When each message was first answered well, by its key; milliseconds since 1970. */
export function answeredAt(arrivals: ReadonlyMap<string, readonly Arrival[]>): Map<string, number> {
  return new Map(
    [...arrivals].flatMap(([key, all]) => {
      const first = all.find(({ answered }) => answered);
      return first === undefined ? [] : [[key, first.at] as const];
    }),
  );
}

function keyOf({ aps, message }: Received['payload']): string {
  const alert = aps?.alert;
  return message?.notification?.body ?? (typeof alert === 'string' ? alert : alert?.body) ?? '(no body)';
}
