import type { Uuid } from '@signalbox/contracts';
import type { Database, Sql } from '@signalbox/database';
import { BatcherFull, MicroBatcher } from '@signalbox/resilience';
import type { Sighting } from '../rules/two-networks.js';
import { BEGIN_TRAIL, CLAIM_TELLING, WALK } from './trails.queries.js';

const MAX_BATCH = 128;
const MAX_WAITING = 5_000;

interface Step {
  readonly sessionId: Uuid;
  readonly sighting: Sighting;
}

/** From where a session was refreshed lately, and whether its user was told of it within a day. */
export interface Trail {
  readonly sightings: readonly Sighting[];
  readonly toldAt: Date | null;
}

/** Where sessions are used from, for an hour. Refreshes that come at once share one statement. */
export class Trails {
  private readonly steps: MicroBatcher<Step, Trail | undefined>;

  constructor(private readonly database: Database) {
    this.steps = new MicroBatcher({
      flush: (steps) => this.write(steps),
      maxBatch: MAX_BATCH,
      maxWaiting: MAX_WAITING,
      isolate: () => false,
    });
  }

  /** @returns the trail with this sighting; undefined when so many wait that it is left out, which costs one piece of evidence. */
  async walk(sessionId: Uuid, sighting: Sighting): Promise<Trail | undefined> {
    try {
      return await this.steps.add({ sessionId, sighting });
    } catch (error) {
      if (error instanceof BatcherFull) return undefined;
      throw error;
    }
  }

  async begin(tx: Sql, sessionId: Uuid, device: Buffer | undefined, sightings: readonly Sighting[]): Promise<void> {
    await tx.query(BEGIN_TRAIL, [sessionId, device ?? null, JSON.stringify(sightings)]);
  }

  /** Whether the caller is the one who tells of this session, today. */
  async claimTelling(tx: Sql, sessionId: Uuid): Promise<boolean> {
    return (await tx.query(CLAIM_TELLING, [sessionId])).rowCount === 1;
  }

  private async write(steps: readonly Step[]): Promise<readonly (Trail | undefined)[]> {
    const bySession = Map.groupBy(steps, ({ sessionId }) => sessionId);
    const { rows } = await this.database.query<Trail & { sessionId: Uuid }>(WALK, [
      [...bySession.keys()],
      [...bySession.values()].map((all) => JSON.stringify(all.map(({ sighting }) => sighting))),
    ]);
    const trails = new Map(rows.map((row) => [row.sessionId, row]));
    return steps.map(({ sessionId }) => trails.get(sessionId));
  }
}
