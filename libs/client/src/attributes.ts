import type { AttributeChanges, AttributesView, UserAttributes } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

/** What the app notes of its users, so that segments can ask for it. Every method throws SignalboxErrors. */
export class Attributes {
  constructor(private readonly push: Connection) {}

  async get(userId: string, { signal }: CallOptions = {}): Promise<UserAttributes> {
    const path = ['users', userId, 'attributes'];
    return (await this.push.call<AttributesView>({ method: 'GET', path, signal })).body.attributes;
  }

  /** Replaces all of them. */
  async put(userId: string, attributes: UserAttributes, { signal }: CallOptions = {}): Promise<UserAttributes> {
    const path = ['users', userId, 'attributes'];
    return (await this.push.call<AttributesView>({ method: 'PUT', path, body: attributes, signal })).body.attributes;
  }

  /** Changes those that are named; null takes one away. */
  async change(userId: string, changes: AttributeChanges, { signal }: CallOptions = {}): Promise<UserAttributes> {
    const path = ['users', userId, 'attributes'];
    return (await this.push.call<AttributesView>({ method: 'PATCH', path, body: changes, signal })).body.attributes;
  }
}
