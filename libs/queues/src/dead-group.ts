import { createHash } from 'node:crypto';
import { deadJob, formatId, parseId, type DeadJob, type ProviderQueueName, type Uuid } from '@signalbox/contracts';
import type { JobsOptions } from 'bullmq';

/** What dead letters of one group have in common. */
export interface DeadGroupKey {
  readonly queue: ProviderQueueName;
  readonly appId: Uuid;
  readonly credentialId: Uuid | null;
  readonly reason: string;
}

/** The open dead letters of one group, as operators see them. */
export interface DeadGroup extends DeadGroupKey {
  readonly provider: string;
  readonly lane: string;
  readonly count: number;
  readonly oldestAt: Date;
  /** What the provider answered to one of them, as it came. */
  readonly answer?: unknown;
}

/** More of an answer than this, in characters, helps nobody and fills the queue. */
const MOST_OF_AN_ANSWER = 2_000;

/** BullMQ removes nothing by itself: a job is kept for as long as its group is open, however old. */
const JOB_OPTIONS = { attempts: 1, removeOnComplete: false, removeOnFail: false, stackTraceLimit: 0 } as const;

/** The job of a group has the same id over all counts. BullMQ takes neither colons nor digits only. */
export function jobIdOf({ queue, appId, credentialId, reason }: DeadGroupKey): string {
  const key = JSON.stringify([queue, appId, credentialId, reason]);
  return `dead_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** The group as a job of its dead queue. */
export function toDeadJob(group: DeadGroup): { name: string; data: DeadJob; opts: JobsOptions } {
  const data = toDeadJobData(group);
  return {
    name: [group.reason, group.provider, group.lane, data.app].join(' · '),
    data,
    opts: { ...JOB_OPTIONS, jobId: jobIdOf(group) },
  };
}

/** What the job of a group holds; the same group gives the same data. */
export function toDeadJobData({ appId, credentialId, answer, oldestAt, ...group }: DeadGroup): DeadJob {
  return deadJob.parse({
    v: 1,
    ...group,
    app: formatId('app', appId),
    ...(credentialId === null ? {} : { credential: formatId('credential', credentialId) }),
    oldest: oldestAt.toISOString(),
    ...(answer == null ? {} : { answer: textOf(answer) }),
  });
}

/** The group that a job of `queue`'s dead queue stands for. @throws when the job's data is not what we wrote. */
export function groupOfJob(queue: ProviderQueueName, data: DeadJob): DeadGroupKey {
  const appId = parseId('app', data.app);
  const credentialId = data.credential === undefined ? null : parseId('credential', data.credential);
  if (appId === undefined || credentialId === undefined) throw new TypeError('a job of a dead queue names no group');
  return { queue, appId, credentialId, reason: data.reason };
}

/** Cut, and without half a character: Postgres takes no lone surrogates. */
function textOf(answer: unknown): string {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return text.length > MOST_OF_AN_ANSWER ? `${text.slice(0, MOST_OF_AN_ANSWER).toWellFormed()} …` : text;
}
