import type { Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { Chore } from '@signalbox/resilience';
import type { Logger } from '@signalbox/telemetry';
import { NOTE_USE } from './secret.queries.js';

/** How far `last_used_at` may lag. Milliseconds. */
const EVERY = 30_000;

/** Remembers which secrets fitted last when, and writes it down now and then: it is for people, not for deciding. */
export class SecretUse {
  private used = new Map<Uuid, Date>();
  private readonly writing = new Chore(EVERY, () => this.write());

  constructor(
    private readonly database: Database,
    private readonly logger: Logger,
  ) {}

  note(secret: Uuid, at: Date): void {
    this.used.set(secret, at);
  }

  start(): void {
    this.writing.start();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    await this.writing.stop();
    await this.write();
  }

  private async write(): Promise<void> {
    if (this.used.size === 0) return;
    const { used } = this;
    this.used = new Map();
    try {
      await this.database.query(NOTE_USE, [[...used.keys()], [...used.values()]]);
    } catch (error) {
      this.logger.debug({ err: error }, 'when secrets were used last could not be written down');
    }
  }
}
