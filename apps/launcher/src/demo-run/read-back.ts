import { Semaphore } from '@signalbox/resilience';
import type { Signalbox } from '@signalbox/server';
import type { DemoClass } from './demo-class.js';
import type { SentNotification } from './send-to-cast.js';
import { type Story, storyOf } from './story.js';

const AT_ONCE = 16;

/** Asks for the explanation of every single notification. @param phones what the feed said of devices, by their ids. */
export async function readBack(
  signalbox: Signalbox,
  sent: readonly SentNotification[],
  phones: Parameters<typeof storyOf>[1],
): Promise<ReadonlyMap<DemoClass, readonly Story[]>> {
  const slots = new Semaphore(AT_ONCE);
  const told = await Promise.all(
    sent.map(({ id, recipient }) =>
      slots.use(async () => ({
        of: recipient.of,
        story: storyOf(await signalbox.notifications.explain(id), phones),
      })),
    ),
  );
  const byClass = Map.groupBy(told, ({ of }) => of);
  return new Map([...byClass].map(([of, all]) => [of, all.map(({ story }) => story)]));
}
