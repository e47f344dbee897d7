import type { DeviceTopics, Page, TopicChange, TopicMembers, TopicView } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';
import { type PageOptions, queryOf } from './paging.js';

/** What phones want to hear of. Every method throws SignalboxErrors. */
export class Topics {
  constructor(private readonly push: Connection) {}

  /** Topics that have a phone, by name. */
  async list({ signal, ...page }: PageOptions = {}): Promise<Page<TopicView>> {
    const query = queryOf(page);
    return (await this.push.call<Page<TopicView>>({ method: 'GET', path: ['topics'], query, signal })).body;
  }

  /** The topics of a phone, by name. @throws RequestRefused 404 when it is not registered. */
  async ofDevice(installationId: string, { signal }: CallOptions = {}): Promise<readonly string[]> {
    const path = ['devices', installationId, 'topics'];
    return (await this.push.call<DeviceTopics>({ method: 'GET', path, signal })).body.topics;
  }

  /** Up to 500 phones, or those that up to 500 users have at this moment. */
  async subscribe(topic: string, members: TopicMembers, { signal }: CallOptions = {}): Promise<TopicChange> {
    const path = ['topics', topic, 'subscribe'];
    return (await this.push.call<TopicChange>({ method: 'POST', path, body: members, signal })).body;
  }

  async unsubscribe(topic: string, members: TopicMembers, { signal }: CallOptions = {}): Promise<TopicChange> {
    const path = ['topics', topic, 'unsubscribe'];
    return (await this.push.call<TopicChange>({ method: 'POST', path, body: members, signal })).body;
  }
}
