import { randomBytes, randomUUID } from 'node:crypto';
import apn from '@parse/node-apn';
import { newUuid } from '@signalbox/contracts';
import { OwnApnsTransport } from '../../apps/push/dist/providers/apns/own-apns-transport.js';
import { signProviderToken } from '../../apps/push/dist/providers/apns/provider-token/sign-provider-token.js';
import { openRawLoop } from '../deliver/raw-loop.ts';
import { appleKey } from '../machine/apple-key.ts';
import type { Sink } from '../machine/start-sink.ts';
import { expectSent, type Way } from './way.ts';

const TOPIC = 'dev.signalbox.demo';
const ALERT = { title: 'Hello', body: 'from Signalbox' };

/** Ways to Apple, all to one phone. */
export function appleWays({ origin, ca }: Sink) {
  const key = appleKey({ origin, ca });
  const deviceToken = randomBytes(32).toString('hex');
  const jwt = signProviderToken(key, Math.floor(Date.now() / 1_000));
  const expiration = Math.floor(Date.now() / 1_000) + 3_600;
  const json = JSON.stringify({ aps: { alert: ALERT }, sbx_delivery_id: newUuid() });
  return {
    own: async (): Promise<Way> => {
      const transport = new OwnApnsTransport({
        origin,
        ca,
        token: () => ({ jwt, ageMs: 0 }),
        limits: { deadlineMs: 30_000, connections: 1, streams: 500, tickMs: 650, minConnectionAgeMs: 10_000 },
      });
      const fixed = { deviceToken, topic: TOPIC, pushType: 'alert', priority: 10, expiration, json } as const;
      return {
        async send() {
          const id = newUuid();
          expectSent(await transport.send({ ...fixed, id, collapseId: id }));
        },
        close: () => transport.close(),
      };
    },
    nodeApn: async (): Promise<Way> => {
      const { teamId, keyId, privateKey } = key;
      const provider = new apn.Provider({
        token: { key: privateKey, keyId, teamId },
        address: new URL(origin).hostname,
        port: Number(new URL(origin).port),
        ca: [ca],
      });
      return {
        async send() {
          const notification = new apn.Notification();
          notification.id = randomUUID();
          notification.topic = TOPIC;
          notification.pushType = 'alert';
          notification.priority = 10;
          notification.expiry = expiration;
          notification.collapseId = notification.id;
          notification.alert = ALERT;
          const { failed } = await provider.send(notification, deviceToken);
          if (failed.length > 0) throw new Error(JSON.stringify(failed));
        },
        close: () => provider.shutdown(),
      };
    },
    raw: async (): Promise<Way> => {
      const loop = await openRawLoop(origin, ca);
      return {
        send() {
          const id = newUuid();
          const pseudo = [':method', 'POST', ':scheme', 'https', ':authority', '127.0.0.1'];
          const path = [':path', `/3/device/${deviceToken}`, 'apns-id', id, 'apns-topic', TOPIC];
          const apns = ['apns-push-type', 'alert', 'apns-priority', '10', 'apns-expiration', String(expiration)];
          const headers = [...pseudo, ...path, ...apns, 'apns-collapse-id', id, 'authorization', `bearer ${jwt}`];
          return loop.send({ headers, body: json });
        },
        close: () => loop.close(),
      };
    },
  };
}
