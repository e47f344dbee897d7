import { firstUuidAt, type KeyRequest, newUuid, REMEMBERED_REQUESTS, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { atBeat } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { prefixOf } from '../address.js';
import type { Answered } from './answered.js';
import { KeyRing } from './key-ring.js';
import { PURGE_TRAILS, WRITE_TRAILS } from './key-trail.queries.js';

/** Milliseconds from the first request that is not written yet until all of them are. */
const EVERY_MS = 5_000;
/** Keys that are remembered at once, at some 25 KB each when they are busy: with more of them it is written sooner. */
const MOST_KEYS = 500;
/** A trail says which networks an app's servers and phones are in: nobody needs that for longer. Milliseconds. */
const KEPT_MS = 30 * 86_400_000;
const PURGE_EVERY_MS = 3_600_000;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface KeyTrailOptions {
  readonly sql: Sql;
  readonly service: string;
  readonly logger: Logger;
}

/**
 * Keeps the last requests of each API key (`docs/adr/0035-trails-of-keys.md`). A request costs an object in memory; what is remembered is
 * written each five seconds in one statement, and nothing at all where no key was used. A process that is killed takes its last seconds
 * with it, and while the database is away nothing is kept: it is a help for people and no record.
 */
export class KeyTrail {
  private rings = new Map<Uuid, KeyRing>();
  private cancelNext: (() => void) | undefined;
  private writing: Promise<void> | undefined;
  private purgedAt = -Infinity;
  private readonly warn: (error: unknown) => void;

  constructor(private readonly options: KeyTrailOptions) {
    this.warn = atMostOnceAMinute((error: unknown, keptBack) =>
      options.logger.warn({ err: error, keptBack }, 'the last requests of API keys could not be written'),
    );
  }

  saw(keyId: Uuid, answered: Answered): void {
    let ring = this.rings.get(keyId);
    if (ring === undefined) {
      if (this.rings.size >= MOST_KEYS && !this.makeRoom()) return;
      ring = new KeyRing();
      this.rings.set(keyId, ring);
      this.cancelNext ??= atBeat(EVERY_MS, () => void this.write());
    }
    ring.put(answered);
  }

  /** Writes what is left. Resolves when it is in the database, or was given up. */
  async stop(): Promise<void> {
    await this.writing;
    await this.write();
  }

  /** False: what was written last is still on its way. */
  private makeRoom(): boolean {
    if (this.writing !== undefined) return false;
    void this.write();
    return true;
  }

  private async write(): Promise<void> {
    this.cancelNext?.();
    this.cancelNext = undefined;
    if (this.rings.size === 0) return;
    // One at a time: a slow database is given what came meanwhile in one piece.
    if (this.writing !== undefined) {
      this.cancelNext = atBeat(EVERY_MS, () => void this.write());
      return;
    }
    const rings = this.rings;
    this.rings = new Map();
    this.writing = this.writeRings(rings).catch(this.warn);
    await this.writing;
    this.writing = undefined;
  }

  private async writeRings(rings: ReadonlyMap<Uuid, KeyRing>): Promise<void> {
    const { sql, service } = this.options;
    const kept = [...rings.values()].map((ring) => ring.kept());
    await sql.query(WRITE_TRAILS, [
      kept.map(() => newUuid()),
      [...rings.keys()],
      [...rings.values()].map(({ seen }) => seen),
      kept.map(({ length }) => length),
      kept.map((each) => JSON.stringify(each.map(shown))),
      REMEMBERED_REQUESTS,
      service,
    ]);
    if (performance.now() - this.purgedAt < PURGE_EVERY_MS) return;
    this.purgedAt = performance.now();
    await sql.query(PURGE_TRAILS, [firstUuidAt(Date.now() - KEPT_MS)]);
  }
}

/** What may be kept of it. An id of the caller's that may be anything, a name too, is not. */
function shown({ address, requestId, ...answered }: Answered): KeyRequest {
  return {
    ...answered,
    ms: Math.round(answered.ms * 10) / 10,
    network: address === undefined ? null : prefixOf(address),
    requestId: requestId !== undefined && UUID.test(requestId) ? requestId.toLowerCase() : null,
  };
}
