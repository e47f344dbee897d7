/** What the stop of this process waits for at this moment, in the order in which it began to. A process stops once, so there is one list. */
const waitedFor = new Set<{ readonly name: string }>();

/** Names what a stop waits for, so that one that takes too long can say why. Rejects as `ended` does. */
export async function stopPart<Result>(name: string, ended: Promise<Result>): Promise<Result> {
  const part = { name };
  waitedFor.add(part);
  try {
    return await ended;
  } finally {
    waitedFor.delete(part);
  }
}

/** The names of the parts that have not ended. */
export function partsNotStopped(): string[] {
  return [...waitedFor].map(({ name }) => name);
}
