import { firstUuidAt, formatId, parseId, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readAppNames } from '../apps/app-names.js';
import { readEvents } from '../events/read-events.js';
import { sendPage } from '../pages/page.js';
import { DELIVERIES_OF_DEVICE, DEVICE } from './device.queries.js';
import { type DeviceDetails, devicePage, type Tried } from './device-page.js';

/** Milliseconds, and deliveries, that a page looks back. */
const WEEK = 7 * 86_400_000;
const MOST = 50;

type ById = FastifyRequest<{ Params: { id: string } }>;

/** `/devices/{id}` */
export async function deviceRoutes(
  fastify: FastifyInstance,
  { database, logger }: { database: Sql; logger: Logger },
): Promise<void> {
  fastify.get('/devices/:id', async (request: ById, reply: FastifyReply) => {
    const id = parseId('device', request.params.id);
    const device = id === undefined ? undefined : await readDevice(database, id);
    if (device === undefined) throw problems.notFound('There is no such device; perhaps its user was erased.');
    const [tried, { events }, names] = await Promise.all([
      database.query<Tried>(DELIVERIES_OF_DEVICE, [device.id, firstUuidAt(Date.now() - WEEK), MOST]),
      readEvents(database, { subject: request.params.id }),
      readAppNames(database, logger, [formatId('app', device.appId)]),
    ]);
    return sendPage(reply, 200, devicePage({ device, tried: tried.rows, facts: events, names }));
  });
}

async function readDevice(database: Sql, id: Uuid): Promise<DeviceDetails | undefined> {
  return (await database.query<DeviceDetails>(DEVICE, [id])).rows[0];
}
