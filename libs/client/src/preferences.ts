import type { PreferencesView, UserPreferencesInput } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

/** What users want to hear of, and when they want to be left alone. Every method throws SignalboxErrors. */
export class Preferences {
  constructor(private readonly push: Connection) {}

  async get(userId: string, { signal }: CallOptions = {}): Promise<PreferencesView> {
    const path = ['users', userId, 'preferences'];
    return (await this.push.call<PreferencesView>({ method: 'GET', path, signal })).body;
  }

  /** Replaces them: what is left out is unsaid. @throws RequestRefused 422 for an opt-out of what is mandatory. */
  async put(userId: string, preferences: UserPreferencesInput, { signal }: CallOptions = {}): Promise<PreferencesView> {
    const path = ['users', userId, 'preferences'];
    return (await this.push.call<PreferencesView>({ method: 'PUT', path, body: preferences, signal })).body;
  }
}
