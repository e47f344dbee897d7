import type { AudienceSize, Page, SegmentFilter, SegmentView } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';
import { type PageOptions, queryOf } from './paging.js';

/** Which phones a name means. Every method throws SignalboxErrors. */
export class Segments {
  constructor(private readonly push: Connection) {}

  /** By name. */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<SegmentView>> {
    const query = queryOf(page);
    return (await this.push.call<Page<SegmentView>>({ method: 'GET', path: ['segments'], query, signal })).body;
  }

  async get(name: string, { signal }: CallOptions = {}): Promise<SegmentView> {
    return (await this.push.call<SegmentView>({ method: 'GET', path: ['segments', name], signal })).body;
  }

  /** Another filter is another version. @throws RequestRefused 422 that names the condition that is wrong. */
  async put(name: string, filter: SegmentFilter, { signal }: CallOptions = {}): Promise<SegmentView> {
    const path = ['segments', name];
    return (await this.push.call<SegmentView>({ method: 'PUT', path, body: { filter }, signal })).body;
  }

  /** How many active phones a filter means at this moment. */
  async preview(filter: SegmentFilter, { signal }: CallOptions = {}): Promise<AudienceSize> {
    const path = ['segments', 'preview'];
    return (await this.push.call<AudienceSize>({ method: 'POST', path, body: { filter }, signal })).body;
  }

  /** Broadcasts under way keep what it meant. */
  async remove(name: string, { signal }: CallOptions = {}): Promise<void> {
    await this.push.call({ method: 'DELETE', path: ['segments', name], signal });
  }
}
