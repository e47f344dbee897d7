import type { Uuid } from '@signalbox/contracts';
import { DatabaseUnreachable, type Database } from '@signalbox/database';
import { atCrashPoint, MicroBatcher } from '@signalbox/resilience';
import type { SendItem } from '../work/push-work.js';
import { MARK_ATTEMPTS, UNMARK_ATTEMPT } from './mark.queries.js';

const MAX_BATCH = 256;
const MAX_WAITING = 50_000;

interface Mark {
  readonly item: SendItem;
  readonly appId: Uuid;
  readonly provider: string;
}

/**
 * What makes "at most once" true: before the call, the delivery is marked as being sent. A process that dies in the call
 * leaves the mark behind, and whoever takes the work over makes a dead letter of it instead of a second message.
 */
export class AttemptMarks {
  private readonly batcher: MicroBatcher<Mark, boolean>;

  constructor(private readonly database: Database) {
    this.batcher = new MicroBatcher({
      flush: (marks) => this.write(marks),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: (error) => !(error instanceof DatabaseUnreachable),
    });
  }

  /** Resolves after the commit. False: somebody else has begun or settled this attempt, and it must not be made. */
  begin(mark: Mark): Promise<boolean> {
    return this.batcher.add(mark);
  }

  /** Takes a mark back: nothing was sent, and the attempt is still to be made. */
  async takeBack({ d, a }: SendItem): Promise<void> {
    await this.database.query(UNMARK_ATTEMPT, [d, a]);
  }

  private async write(marks: readonly Mark[]): Promise<boolean[]> {
    const { rows } = await atCrashPoint('send.mark', () =>
      this.database.query<{ id: Uuid }>(MARK_ATTEMPTS, [
        marks.map(({ item }) => item.d),
        marks.map(({ appId }) => appId),
        marks.map(({ item }) => item.n),
        marks.map(({ item }) => item.v),
        marks.map(({ provider }) => provider),
        marks.map(({ item }) => item.a),
        marks.map(({ item }) => item.r ?? null),
      ]),
    );
    const begun = new Set(rows.map((row) => row.id));
    return marks.map(({ item }) => begun.has(item.d));
  }
}
