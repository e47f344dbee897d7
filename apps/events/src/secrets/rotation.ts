import { parseId, type CreatedWebhookSecret, type SecretRotation, type Uuid } from '@signalbox/contracts';
import type { Database } from '@signalbox/database';
import { append } from '@signalbox/event-log';
import { endpointFact } from '../endpoints/endpoint-fact.js';
import { lockReceiver } from '../endpoints/lock-receiver.js';
import { materialOf } from './secret-material.js';
import { DELETE_SECRETS } from './secret.queries.js';
import type { Secrets } from './secrets.js';

/** More signatures than this would make a header that receivers refuse. */
const MOST_AT_ONCE = 5;

export type RotationRefused = 'no_such_endpoint' | 'too_many_secrets';
export type RemovalRefused = 'no_such_secret' | 'last_secret';

/** New secrets beside the old ones, so that a receiver can change at its own time. */
export class Rotation {
  constructor(
    private readonly database: Database,
    private readonly secrets: Secrets,
  ) {}

  /** @throws KeyMismatch */
  async rotate(
    appId: Uuid,
    endpoint: Uuid,
    { secret, othersExpireAfterSeconds }: SecretRotation,
  ): Promise<CreatedWebhookSecret | RotationRefused> {
    const material = materialOf(secret);
    return this.database.transaction(async (tx) => {
      const receiver = await lockReceiver(tx, endpoint);
      if (receiver?.appId !== appId) return 'no_such_endpoint';
      const valid = (await this.secrets.validOf(tx, [endpoint])).get(endpoint) ?? [];
      if (valid.length >= MOST_AT_ONCE && othersExpireAfterSeconds !== 0) return 'too_many_secrets';
      const created = await this.secrets.add(tx, appId, endpoint, material);
      if (othersExpireAfterSeconds !== null) {
        const stays = parseId('webhookSecret', created.id)!;
        await this.secrets.expireOthers(tx, endpoint, stays, othersExpireAfterSeconds);
      }
      await append(tx, [endpointFact('webhook_endpoint.changed', receiver, { fields: ['secrets'] })]);
      return created;
    });
  }

  /** Ends a secret at once. Undefined: done. */
  async remove(appId: Uuid, endpoint: Uuid, id: string): Promise<RemovalRefused | undefined> {
    return this.database.transaction(async (tx) => {
      const receiver = await lockReceiver(tx, endpoint);
      if (receiver?.appId !== appId) return 'no_such_secret';
      const valid = (await this.secrets.validOf(tx, [endpoint])).get(endpoint) ?? [];
      if (!valid.some((secret) => secret.id === id)) return 'no_such_secret';
      // One that expires cannot be the only one: it would leave the endpoint without any.
      if (!valid.some((secret) => secret.id !== id && secret.expiresAt === null)) return 'last_secret';
      await tx.query(DELETE_SECRETS, [[parseId('webhookSecret', id)]]);
      await append(tx, [endpointFact('webhook_endpoint.changed', receiver, { fields: ['secrets'] })]);
      return undefined;
    });
  }
}
