import { fileURLToPath } from 'node:url';
import { firstUuidAt } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { DATABASE_CHECKS, type CheckName, type Finding, runChecks } from '@signalbox/doctor';

/** Looked at as often, at most, and only while somebody looks at the page. Milliseconds. */
const LOOKS: readonly { readonly everyMs: number; readonly of: readonly CheckName[] }[] = [
  { everyMs: 20_000, of: ['work', 'payments', 'stripe', 'webhooks'] },
  { everyMs: 5 * 60_000, of: ['invariants', 'feed', 'secrets'] },
];

/** How far back the invariants look; more than push looks at by itself is for the doctor. Milliseconds. */
const WINDOW_MS = 15 * 60_000;

const PRISMA = fileURLToPath(new URL('../../../../prisma', import.meta.url));

interface Look {
  readonly everyMs: number;
  readonly of: readonly CheckName[];
  begunAt: number;
  findings: readonly Finding[];
}

/**
 * What the doctor finds in the database, as the overview shows it: the same checks, some of them. Nobody waits for them, they are there when the page is
 * shown again; and a console that nobody looks at asks nothing.
 */
export class Checkup {
  private readonly looks: readonly Look[] = LOOKS.map((each) => ({ ...each, begunAt: -Infinity, findings: [] }));
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly sql: Sql) {}

  /** Whatever is not in order, as of the last look; begins the next one where it is time. */
  findings(now: number = Date.now()): Finding[] {
    for (const look of this.looks) {
      if (now - look.begunAt < look.everyMs) continue;
      look.begunAt = now;
      this.running = this.running.then(() => this.look(look, now));
    }
    return this.looks.flatMap(({ findings }) => findings.filter(isWrong));
  }

  /** Resolves when no look is under way. */
  async done(): Promise<void> {
    await this.running;
  }

  /** One after the other: the console has two connections, and pages need one. */
  private async look(look: Look, now: number): Promise<void> {
    const checks = DATABASE_CHECKS.filter(({ name }) => look.of.includes(name));
    const given = { prisma: PRISMA, since: firstUuidAt(now - WINDOW_MS), connections: undefined, now };
    look.findings = await runChecks(checks, this.sql, given);
  }
}

const isWrong = ({ state }: Finding): boolean => state === 'wrong' || state === 'warning';
