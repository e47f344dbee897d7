import type { Sql } from './sql.js';
import { DatabaseUnreachable } from './unreachable.js';

/** Milliseconds that a service's clock may differ from its database's; with NTP it is a few. */
const MOST_SKEW_MS = 1_000;
const LOOKS = 3;

/** This machine's clock and the database's disagree; the message says by how much and what to do. */
export class ClockSkewed extends Error {
  override readonly name = 'ClockSkewed';

  constructor(readonly skewMs: number) {
    const seconds = (Math.abs(skewMs) / 1_000).toFixed(1);
    super(
      `the clock here is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the database's, more than ${MOST_SKEW_MS / 1_000} s; synchronise both (chrony, systemd-timesyncd) and start again`,
    );
  }
}

/**
 * Compares the clocks, for a service to call before it starts: ids, expiry times and provider tokens carry its time. Leases
 * and due times are the database's own and do not depend on it.
 *
 * @returns `unknown` when the database does not answer just now; a service may start before its database does.
 * @throws ClockSkewed when the difference is certainly more than a second, whatever the answer took on its way.
 */
export async function refuseSkewedClock(sql: Sql, now: () => number = Date.now): Promise<'agrees' | 'unknown'> {
  let least: number | undefined;
  try {
    for (let look = 0; look < LOOKS; look += 1) {
      const skew = await clockSkew(sql, now);
      if (skew === 0) return 'agrees';
      if (least === undefined || Math.abs(skew) < Math.abs(least)) least = skew;
    }
  } catch (error) {
    if (error instanceof DatabaseUnreachable) return 'unknown';
    throw error;
  }
  if (least !== undefined && Math.abs(least) > MOST_SKEW_MS) throw new ClockSkewed(Math.round(least));
  return 'agrees';
}

/** The database's clock, and when it was asked and heard by the one here. Milliseconds since 1970. */
export interface TimeOfDatabase {
  readonly asked: number;
  readonly theirs: number;
  readonly heard: number;
}

export async function readDatabaseTime(sql: Sql, now: () => number = Date.now): Promise<TimeOfDatabase> {
  const asked = now();
  const { rows } = await sql.query<{ ms: number }>(
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
  );
  return { asked, theirs: rows[0]!.ms, heard: now() };
}

/**
 * How far this clock is off at least, in milliseconds, positive when it is ahead: the database's moment lies somewhere between question and
 * answer.
 */
export async function clockSkew(sql: Sql, now: () => number = Date.now): Promise<number> {
  const { asked, theirs, heard } = await readDatabaseTime(sql, now);
  if (theirs < asked) return asked - theirs;
  return theirs > heard ? heard - theirs : 0;
}
