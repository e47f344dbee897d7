import { readDatabaseTime, type Sql } from '@signalbox/database';
import { teller, type Finding } from '../finding.js';

/** A clock elsewhere: between `earliest` and `latest`, in milliseconds of difference to the one here. */
export interface ClockReading {
  readonly of: string;
  readonly earliest: number;
  readonly latest: number;
}

/** Services refuse to start beyond this. Milliseconds. */
const MOST_SKEW_MS = 1_000;
const NOTABLE_MS = 250;

/** How a clock that is asked differs from ours: its moment lies somewhere between question and answer. */
export function readingOf(of: string, asked: number, theirs: number, heard: number): ClockReading {
  return { of, earliest: theirs - heard, latest: theirs - asked };
}

export async function readDatabaseClock(sql: Sql, now: () => number = Date.now): Promise<ClockReading> {
  // The first answer of a pool takes as long as its connection.
  await readDatabaseTime(sql, now);
  const { asked, theirs, heard } = await readDatabaseTime(sql, now);
  return readingOf('Postgres', asked, theirs, heard);
}

/** Only a difference that is certain is told, whatever the answer took on its way. */
export function judgeClocks(readings: readonly ClockReading[]): Finding[] {
  const told = teller('clocks');
  const least = ({ earliest, latest }: ClockReading): number => (earliest > 0 ? earliest : latest < 0 ? latest : 0);
  const off = readings.filter((reading) => Math.abs(least(reading)) > NOTABLE_MS);
  const findings = off.map((reading) => {
    const ms = least(reading);
    const seen = `the clock of ${reading.of} is at least ${Math.round(Math.abs(ms))} ms ${ms > 0 ? 'ahead of' : 'behind'} this machine's`;
    const remedy = 'synchronise both (chrony, systemd-timesyncd); a service whose clock is a second off does not start';
    return Math.abs(ms) > MOST_SKEW_MS ? told.wrong(seen, remedy) : told.warning(seen, remedy);
  });
  if (findings.length > 0) return findings;
  if (readings.length === 0)
    return [told.notChecked('no clock could be asked', 'bring services or DATABASE_URL within reach')];
  return [told.ok(`the clocks of ${readings.map(({ of }) => of).join(', ')} and of this machine agree`)];
}
