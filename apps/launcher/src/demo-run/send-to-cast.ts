import type { Signalbox } from '@signalbox/server';
import type { Recipient } from './cast.js';
import { DemoFailed } from './demo-failed.js';

/** A notification that was answered with its id. */
export interface SentNotification {
  readonly id: string;
  readonly recipient: Recipient;
}

/** Sends each recipient theirs, in batches. @throws DemoFailed when one of them was refused. */
export async function sendToCast(
  signalbox: Signalbox,
  cast: readonly Recipient[],
  run: string,
): Promise<SentNotification[]> {
  const lines = cast.map(({ request }) => request);
  const answers = await signalbox.notifications.sendBatch(lines, { idempotencyKey: `demo-${run}` });
  return answers.map((answer, index) => {
    const recipient = cast[index]!;
    if (answer.status === 'accepted') return { id: answer.id, recipient };
    throw new DemoFailed(`a notification to "${recipient.of.name}" was refused: ${answer.problem.detail}`);
  });
}
