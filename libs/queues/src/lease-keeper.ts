import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { atCrashPoint } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { WorkStore } from './work-store.js';
import { LEASE_SECONDS, type LeasedWork } from './work.js';

const RENEW_EVERY_MS = 5_000;

/** Nothing is begun under a lease in its last two seconds: what is begun must also be able to end. */
const SAFETY_MS = 2_000;

/** The right to do one work row, for as long as it lasts. */
export interface Lease {
  readonly id: Uuid;
  readonly token: Uuid;
  /** Whether something new may be begun; asked before every send. Monotonic clock, counted from before the renewal. */
  mayBegin(): boolean;
}

interface HeldLease extends Lease {
  validUntil: number;
}

/** Renews all leases of this process together, so that a thousand leases cost one statement. */
export class LeaseKeeper {
  private readonly held = new Map<Uuid, HeldLease>();
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> = Promise.resolve();
  private readonly onFailure = atMostOnceAMinute((error: unknown, keptBack) => {
    const leases = this.held.size;
    this.logger.warn(
      { err: error, leases, keptBack },
      'leases were not renewed; they run out unless the next try succeeds',
    );
  });

  constructor(
    private readonly database: Database,
    private readonly store: WorkStore,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.renewal = this.renewAll();
    }, RENEW_EVERY_MS);
  }

  /** Ends every lease that is still held: its row is about to be handed back, so nothing may be begun under it. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.renewal;
    for (const lease of this.held.values()) lease.validUntil = 0;
  }

  /** Takes charge of a lease; `claimedAt` is performance.now() from before the claim was sent. */
  keep(work: LeasedWork, claimedAt: number): Lease {
    const lease: HeldLease = {
      id: work.id,
      token: work.token,
      validUntil: claimedAt + LEASE_SECONDS * 1_000,
      mayBegin: () => performance.now() < lease.validUntil - SAFETY_MS,
    };
    this.held.set(work.token, lease);
    return lease;
  }

  /** The work has ended or is handed back; what a failed handler still has running may begin nothing more. */
  forget(lease: Lease): void {
    const held = this.held.get(lease.token);
    if (held) held.validUntil = 0;
    this.held.delete(lease.token);
  }

  private async renewAll(): Promise<void> {
    const leases = [...this.held.values()];
    if (leases.length === 0) return;
    const sentAt = performance.now();
    try {
      const renewed = await atCrashPoint('claim.renew', () => this.store.renew(this.database, leases));
      for (const lease of leases) {
        if (renewed.has(lease.token)) lease.validUntil = sentAt + LEASE_SECONDS * 1_000;
        else lease.validUntil = 0;
      }
    } catch (error) {
      this.onFailure(error);
    }
  }
}
