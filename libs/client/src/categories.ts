import type { CategoriesAnswer, CategorySettings, CategoryView } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

/** Kinds of notifications with settings of their own. Every method throws SignalboxErrors. */
export class Categories {
  constructor(private readonly push: Connection) {}

  async list({ signal }: CallOptions = {}): Promise<readonly CategoryView[]> {
    return (await this.push.call<CategoriesAnswer>({ method: 'GET', path: ['categories'], signal })).body.categories;
  }

  /** In force for every attempt that begins after it. */
  async put(name: string, settings: CategorySettings, { signal }: CallOptions = {}): Promise<CategoryView> {
    const path = ['categories', name];
    return (await this.push.call<CategoryView>({ method: 'PUT', path, body: settings, signal })).body;
  }
}
