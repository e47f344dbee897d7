import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Controlled } from './controlled.js';
import { addList, count } from './list-route.js';

const apnsFilter = z.strictObject({
  token: z.string().optional(),
  apnsId: z.string().optional(),
  topic: z.string().optional(),
  keyId: z.string().optional(),
  status: count.optional(),
  reason: z.string().optional(),
});
const fcmFilter = z.strictObject({
  token: z.string().optional(),
  projectId: z.string().optional(),
  clientEmail: z.string().optional(),
  keyId: z.string().optional(),
  status: count.optional(),
  errorCode: z.string().optional(),
  messageName: z.string().optional(),
});

const webPushFilter = z.strictObject({
  token: z.string().optional(),
  publicKey: z.string().optional(),
  messageId: z.string().optional(),
  status: count.optional(),
  reason: z.string().optional(),
});

/** What was received, and how it ended. */
export function addRequestRoutes(server: FastifyInstance, { apns, fcm, webPush }: Controlled): void {
  addList(server, '/v1/apns/requests', 'requests', apns.log, apnsFilter);
  server.get('/v1/apns/stats', () => ({
    remembered: apns.log.size,
    endings: apns.counts.all(),
    providerTokens: apns.tokens.distinct(),
    connections: apns.connections.counts(),
  }));

  addList(server, '/v1/fcm/requests', 'requests', fcm.log, fcmFilter);
  server.get('/v1/fcm/stats', () => ({
    remembered: fcm.log.size,
    endings: fcm.counts.all(),
    accessTokens: fcm.tokenCounts.all(),
    connections: fcm.connections.counts(),
  }));

  addList(server, '/v1/webpush/requests', 'requests', webPush.log, webPushFilter);
  server.get('/v1/webpush/stats', () => ({
    remembered: webPush.log.size,
    endings: webPush.counts.all(),
    connections: webPush.connections.counts(),
  }));
}
