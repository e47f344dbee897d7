import type { NewScheduleInput, NextTimesAnswer, Page, ScheduleChangeInput, ScheduleView } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';
import { type PageOptions, queryOf } from './paging.js';

/** What is sent again and again. Every method throws SignalboxErrors. */
export class Schedules {
  constructor(private readonly push: Connection) {}

  /**
   * Sends a notification or a broadcast from now on.
   *
   * @throws RequestRefused 409 `name_taken` when the app has one of this name: also one of this very call, whose answer was lost.
   */
  async create(schedule: NewScheduleInput, { signal }: CallOptions = {}): Promise<ScheduleView> {
    const path = ['schedules'];
    return (await this.push.call<ScheduleView>({ method: 'POST', path, body: schedule, signal })).body;
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<ScheduleView> {
    return (await this.push.call<ScheduleView>({ method: 'GET', path: ['schedules', id], signal })).body;
  }

  /** The oldest first. */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<ScheduleView>> {
    const query = queryOf(page);
    return (await this.push.call<Page<ScheduleView>>({ method: 'GET', path: ['schedules'], query, signal })).body;
  }

  /** The next times, were it not paused: 10 unless told, at most 100. */
  async next(
    id: string,
    { count, signal }: CallOptions & { readonly count?: number } = {},
  ): Promise<readonly string[]> {
    const [path, query] = [['schedules', id, 'next'], { count: count?.toString() }];
    return (await this.push.call<NextTimesAnswer>({ method: 'GET', path, query, signal })).body.times;
  }

  /** What is told takes the place of what was; null takes it away. A notification stays one, and a broadcast one. */
  async change(id: string, change: ScheduleChangeInput, { signal }: CallOptions = {}): Promise<ScheduleView> {
    const path = ['schedules', id];
    return (await this.push.call<ScheduleView>({ method: 'PATCH', path, body: change, signal })).body;
  }

  /** Nothing is sent until it is resumed, nor made up for afterwards. */
  async pause(id: string, { signal }: CallOptions = {}): Promise<ScheduleView> {
    return (await this.push.call<ScheduleView>({ method: 'POST', path: ['schedules', id, 'pause'], signal })).body;
  }

  async resume(id: string, { signal }: CallOptions = {}): Promise<ScheduleView> {
    return (await this.push.call<ScheduleView>({ method: 'POST', path: ['schedules', id, 'resume'], signal })).body;
  }

  /** What it has sent stays. */
  async remove(id: string, { signal }: CallOptions = {}): Promise<void> {
    await this.push.call({ method: 'DELETE', path: ['schedules', id], signal });
  }
}
