import type { Figures } from '../measure/comparison.ts';
import { atOnce } from '../deliver/raw-loop.ts';

/** Something that sends, one message at a time or several. */
export interface Way {
  /** Messages of one call. */
  readonly batch?: number;
  readonly send: () => Promise<unknown>;
  readonly close: () => unknown;
}

const SENDS = 10_000;
const AT_ONCE = 250;

/** In this process: opens the way, sends, closes. Processor time is this process's, for each message. */
export async function measureWay(open: () => Promise<Way>): Promise<Figures> {
  const way = await open();
  // Opens the connection, fetches a token, and lifts Apple's limit of one stream.
  await way.send();
  const { batch = 1 } = way;
  const before = process.cpuUsage();
  const began = performance.now();
  await atOnce(Math.ceil(AT_ONCE / batch), SENDS / batch, way.send);
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  await way.close();
  return { perSecond: SENDS / seconds, cpu: { sender: (user + system) / SENDS } };
}

export function expectSent(answer: { readonly kind: string }): void {
  if (answer.kind !== 'answered') throw new Error(`not sent: ${JSON.stringify(answer)}`);
}
