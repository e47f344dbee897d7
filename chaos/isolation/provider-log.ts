import { readFile } from 'node:fs/promises';
import { wholeLines } from '../oracle/client-record.ts';

interface Received {
  readonly provider: 'apns' | 'fcm';
  readonly receivedAt: string;
  readonly payload: {
    readonly aps?: { readonly alert?: string | { readonly body?: string } };
    readonly message?: { readonly notification?: { readonly body?: string } };
  };
  readonly answer: { readonly kind: string; readonly status?: number };
}

/** When each message was first answered well by the provider, by the key that it carries; milliseconds since 1970. */
export async function readAnswered(oracleLog: string): Promise<Map<string, number>> {
  const answered = new Map<string, number>();
  for (const line of wholeLines(await readFile(oracleLog, 'utf8'))) {
    const { receivedAt, payload, answer } = JSON.parse(line) as Received;
    if (answer.kind !== 'answer' || answer.status !== 200) continue;
    const key = keyOf(payload);
    if (key !== undefined && !answered.has(key)) answered.set(key, Date.parse(receivedAt));
  }
  return answered;
}

function keyOf({ aps, message }: Received['payload']): string | undefined {
  const alert = aps?.alert;
  return message?.notification?.body ?? (typeof alert === 'string' ? alert : alert?.body);
}
