import {
  formatId,
  newUuid,
  type NewSchedule,
  type Page,
  parseId,
  type ScheduleChange,
  type ScheduleView,
  type Uuid,
} from '@signalbox/contracts';
import type { ContentCipher } from '@signalbox/credentials';
import type { Database, Sql } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { Problem, problems, toPage } from '@signalbox/http';
import { audienceOf } from '../broadcasts/start-broadcast.js';
import type { Composer, Saying } from '../notify/composer.js';
import { timeAfter, timesAfter, whyNoCron } from './cron-times.js';
import {
  ADD_SCHEDULE,
  CHANGE_SCHEDULE,
  DELETE_SCHEDULE,
  LOCK_SCHEDULE,
  SCHEDULE,
  SCHEDULES,
} from './schedule.queries.js';
import { openContent, recipientsOf } from './schedule-content.js';
import { type Addressing, type ScheduleRow, timesOf, viewSchedule } from './schedule-row.js';
import { type Missed, missedBetween, type Timed, whatFollows } from './what-follows.js';

type Told = 'created' | 'changed' | 'paused' | 'resumed' | 'deleted';
/** What is sent each time, and to whom. */
type Sent = Addressing & Pick<ScheduleRow, 'options' | 'template' | 'content' | 'dekId'>;
/** What of a schedule its app may change. */
type Changeable = Sent & Pick<ScheduleRow, 'cron' | 'timeZone' | 'startAt' | 'endAt' | 'state'>;

const FIRST = '00000000-0000-0000-0000-000000000000';

/** The schedules of apps: notifications and broadcasts that are sent again and again. Every method is bound to the caller's app. */
export class Schedules {
  constructor(
    private readonly database: Database,
    private readonly cipher: ContentCipher,
    private readonly composer: Composer,
  ) {}

  /** Undefined when the app has one of this name. @throws Problem 422 for what could never be sent. */
  async create(appId: Uuid, asked: NewSchedule): Promise<ScheduleView | undefined> {
    refuseBadCron(asked.cron);
    const said = (await this.seal(appId, asked))!;
    const { name, cron, timeZone } = asked;
    const [startAt, endAt] = [dateOf(asked.startAt), dateOf(asked.endAt)];
    const fresh = { cron, timeZone, startAt, endAt, ...said, state: 'active' as const };
    const { state, nextAt } = whatFollows(undefined, fresh, Date.now());
    if (nextAt === null) throw neverDue(fresh);
    const row = await this.database.transaction(async (tx) => {
      const { rows } = await tx.query<ScheduleRow>(ADD_SCHEDULE, [
        newUuid(),
        appId,
        name,
        cron,
        timeZone,
        startAt,
        endAt,
        JSON.stringify(said.to),
        recipientsOf(said),
        JSON.stringify(said.options),
        said.template,
        said.content,
        said.dekId,
        state,
        nextAt,
        pacingOf(said),
      ]);
      if (rows[0] !== undefined) await tell(tx, rows[0], 'created');
      return rows[0];
    });
    return row && this.view(row);
  }

  async find(appId: Uuid, id: Uuid): Promise<ScheduleView | undefined> {
    const row = await this.read(appId, id);
    return row && this.view(row);
  }

  /** In the order of their making, behind the schedule `after`. */
  async list(appId: Uuid, after: string | undefined, limit: number): Promise<Page<ScheduleView>> {
    const from = after === undefined ? FIRST : parseId('schedule', after);
    if (from === undefined) return { items: [], next: null };
    const { rows } = await this.database.query<ScheduleRow>(SCHEDULES, [appId, from, limit + 1]);
    return toPage(await Promise.all(rows.map((row) => this.view(row))), limit);
  }

  /** The next times at which it would be sent, were it not paused. */
  async next(appId: Uuid, id: Uuid, count: number): Promise<string[] | undefined> {
    const row = await this.read(appId, id);
    return row && timesAfter(timesOf(row), Date.now(), count).map((time) => new Date(time).toISOString());
  }

  /** @throws Problem 422 as `create` does. */
  async change(appId: Uuid, id: Uuid, change: ScheduleChange): Promise<ScheduleView | undefined> {
    if (change.cron !== undefined) refuseBadCron(change.cron);
    const said = await this.seal(appId, change);
    return this.replace(appId, id, 'changed', (row) => {
      if (said !== undefined) refuseOtherKind(row, said);
      return {
        ...row,
        ...(said ?? row),
        cron: change.cron ?? row.cron,
        timeZone: change.timeZone ?? row.timeZone,
        startAt: change.startAt === undefined ? row.startAt : dateOf(change.startAt),
        endAt: change.endAt === undefined ? row.endAt : dateOf(change.endAt),
        state: row.state === 'ended' ? 'active' : row.state,
      };
    });
  }

  /** Nothing is sent until it is resumed; what would have been meanwhile is not made up for. */
  pause(appId: Uuid, id: Uuid): Promise<ScheduleView | undefined> {
    return this.replace(appId, id, 'paused', (row) => (row.state === 'active' ? { ...row, state: 'paused' } : row));
  }

  resume(appId: Uuid, id: Uuid): Promise<ScheduleView | undefined> {
    return this.replace(appId, id, 'resumed', (row) => (row.state === 'paused' ? { ...row, state: 'active' } : row));
  }

  /** What it has sent stays sent, and on its way. @returns whether there was one. */
  remove(appId: Uuid, id: Uuid): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.query<ScheduleRow>(LOCK_SCHEDULE, [appId, id]);
      if (rows[0] === undefined) return false;
      await tx.query(DELETE_SCHEDULE, [id]);
      await tell(tx, rows[0], 'deleted');
      return true;
    });
  }

  /** Whoever answers the very same row changes nothing, and nothing is told. */
  private async replace(
    appId: Uuid,
    id: Uuid,
    told: Told,
    after: (row: ScheduleRow) => Changeable,
  ): Promise<ScheduleView | undefined> {
    const row = await this.database.transaction(async (tx) => {
      const before = (await tx.query<ScheduleRow>(LOCK_SCHEDULE, [appId, id])).rows[0];
      if (before === undefined) return undefined;
      const next = after(before);
      if (next === before) return before;
      const now = Date.now();
      const { state, nextAt } = whatFollows(before, next, now);
      if (told === 'changed' && state === 'ended') throw neverDue(next);
      const { rows } = await tx.query<ScheduleRow>(CHANGE_SCHEDULE, [
        id,
        next.cron,
        next.timeZone,
        next.startAt,
        next.endAt,
        JSON.stringify(next.to),
        recipientsOf(next),
        JSON.stringify(next.options),
        next.template,
        next.content,
        next.dekId,
        state,
        nextAt,
        pacingOf(next),
      ]);
      await tell(tx, rows[0]!, told);
      const missed = missedBetween(before, nextAt, now);
      if (missed !== undefined) await tellMissed(tx, before, missed);
      return rows[0]!;
    });
    return row && this.view(row);
  }

  private async read(appId: Uuid, id: Uuid): Promise<ScheduleRow | undefined> {
    return (await this.database.query<ScheduleRow>(SCHEDULE, [appId, id])).rows[0];
  }

  /** Undefined when nothing is said. @throws Problem 422 with pointers into the schedule. */
  private async seal(
    appId: Uuid,
    { notification, broadcast }: Pick<ScheduleChange, 'notification' | 'broadcast'>,
  ): Promise<Sent | undefined> {
    if (broadcast !== undefined) {
      const { to, pacing } = broadcast;
      await within('broadcast', audienceOf(this.database, appId, to));
      return { to, pacing, ...(await within('broadcast', this.sealWords(appId, broadcast))) };
    }
    if (notification === undefined) return undefined;
    const { to } = notification;
    return { to, pacing: null, ...(await within('notification', this.sealWords(appId, notification))) };
  }

  private async sealWords(appId: Uuid, saying: Saying): Promise<Omit<Sent, keyof Addressing>> {
    const { content, options, template = null } = await this.composer.compose(appId, saying);
    const sealed = await this.cipher.encrypt(appId, Buffer.from(JSON.stringify(content)));
    return { options, template, ...sealed };
  }

  private async view(row: ScheduleRow): Promise<ScheduleView> {
    return viewSchedule(row, await openContent(this.cipher, row));
  }
}

function dateOf(moment: string | null | undefined): Date | null {
  return moment === undefined || moment === null ? null : new Date(moment);
}

function refuseBadCron(cron: string): void {
  const why = whyNoCron(cron);
  if (why !== undefined) throw problems.invalid([{ pointer: '/cron', reason: `is no pattern of five fields: ${why}` }]);
}

function refuseOtherKind(row: Addressing, said: Addressing): void {
  if ((row.pacing === null) === (said.pacing === null)) return;
  const [is, isNot] = row.pacing === null ? ['notification', 'broadcast'] : ['broadcast', 'notification'];
  const reason = `must not be there: this schedule sends a ${is}; POST /v1/schedules makes one that sends a ${isNot}`;
  throw problems.invalid([{ pointer: `/${isNot}`, reason }]);
}

/** Puts a member of the schedule in front of the pointers of its problems. */
async function within<Result>(member: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Problem) || error.errors === undefined) throw error;
    throw problems.invalid(error.errors.map((each) => ({ ...each, pointer: `/${member}${each.pointer}` })));
  }
}

function pacingOf({ pacing }: Addressing): string | null {
  return pacing === null ? null : JSON.stringify(pacing);
}

/** What has to be another: the pattern that no day fulfils, or the end that it does not come before. */
function neverDue(asked: Timed) {
  const isInVain = timeAfter({ ...timesOf(asked), endAt: undefined }, Date.now()) === undefined;
  const pointer = isInVain ? '/cron' : '/endAt';
  return problems.invalid([{ pointer, reason: 'leaves no time in the future at which it would be sent' }]);
}

async function tell(tx: Sql, { id, appId, name }: ScheduleRow, change: Told): Promise<void> {
  await append(tx, [{ appId, type: 'schedule.changed', subject: formatId('schedule', id), data: { name, change } }]);
}

/** What was due, and is not sent any more since the times are others now, or there are none. */
async function tellMissed(tx: Sql, { id, appId, name }: ScheduleRow, missed: Missed): Promise<void> {
  const data = { name, from: missed.from.toISOString(), to: missed.to.toISOString() };
  await append(tx, [{ appId, type: 'schedule.missed', subject: formatId('schedule', id), data }]);
}
