import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

interface Line {
  readonly apnsId?: string;
  readonly receivedAt: string;
  readonly payload: {
    readonly aps?: { readonly alert?: { readonly body?: string } };
    readonly message?: {
      readonly notification?: { readonly body?: string };
      readonly data?: { readonly sbx_delivery_id?: string };
    };
  };
}

/** What the provider was sent. */
export interface Received {
  /** Deliveries of the broadcast that reached it. */
  readonly phones: number;
  /** Messages of these beyond the first, each under the id of the first. */
  readonly repeated: number;
  /** When each other message came, by its text; milliseconds since 1970. */
  readonly at: ReadonlyMap<string, number>;
}

/** Reads the provider's log line by line: of a million messages it is too long for one string. */
export async function readReceived(oracleLog: string, body: string): Promise<Received> {
  const deliveries = new Set<string>();
  const at = new Map<string, number>();
  let messages = 0;
  for await (const line of createInterface({ input: createReadStream(oracleLog) })) {
    if (!line.endsWith('}')) continue;
    const { apnsId, receivedAt, payload } = JSON.parse(line) as Line;
    const text = payload.message?.notification?.body ?? payload.aps?.alert?.body ?? '';
    if (text !== body) {
      if (!at.has(text)) at.set(text, Date.parse(receivedAt));
      continue;
    }
    messages += 1;
    deliveries.add(apnsId ?? payload.message?.data?.sbx_delivery_id ?? line);
  }
  return { phones: deliveries.size, repeated: messages - deliveries.size, at };
}
