import type { DeviceRegistrationInput, DeviceStatusFilter, DeviceView, Page } from '@signalbox/contracts';
import type { Connection } from './connection.js';
import type { CallOptions } from './notifications.js';

export interface ListDevicesOptions extends CallOptions {
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 100; 50 unless told. */
  readonly limit?: number;
  /** `active` unless told. */
  readonly status?: DeviceStatusFilter;
}

/** The phones of the app's users. Every method throws SignalboxErrors. */
export class Devices {
  constructor(private readonly push: Connection) {}

  /** Registers an installation, or replaces what is known of it: what is left out is gone, the user included. */
  async register(
    installationId: string,
    registration: DeviceRegistrationInput,
    { signal }: CallOptions = {},
  ): Promise<DeviceView> {
    const path = ['devices', installationId];
    return (await this.push.call<DeviceView>({ method: 'PUT', path, body: registration, signal })).body;
  }

  /**
   * Ends a registration, now or again; the device can be registered anew.
   *
   * @throws RequestRefused 404 when there never was one.
   */
  async remove(installationId: string, { signal }: CallOptions = {}): Promise<void> {
    await this.push.call({ method: 'DELETE', path: ['devices', installationId], signal });
  }

  /**
   * A device in any status, with the reason and what helps.
   *
   * @throws RequestRefused 404 when there never was one.
   */
  async get(installationId: string, { signal }: CallOptions = {}): Promise<DeviceView> {
    const path = ['devices', installationId];
    return (await this.push.call<DeviceView>({ method: 'GET', path, signal })).body;
  }

  /**
   * Puts back a device that a provider's answer ended; one that is active stays so.
   *
   * @throws RequestRefused 409 `removed_by_caller` or `target_moved`, 404 when there never was one.
   */
  async restore(installationId: string, { signal }: CallOptions = {}): Promise<DeviceView> {
    const path = ['devices', installationId, 'restore'];
    return (await this.push.call<DeviceView>({ method: 'POST', path, signal })).body;
  }

  /** One page of a user's devices; `next` is null on the last. */
  async list(userId: string, { after, limit, status, signal }: ListDevicesOptions = {}): Promise<Page<DeviceView>> {
    const query = { after, limit: limit?.toString(), status };
    const path = ['users', userId, 'devices'];
    return (await this.push.call<Page<DeviceView>>({ method: 'GET', path, query, signal })).body;
  }
}
