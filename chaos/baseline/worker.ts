/** The worker that one would write without Signalbox: a job is a message, a failed one is retried by BullMQ. */
import { fastify } from 'fastify';
import { ApnsSender } from './apns-sender.ts';
import { readConfig } from './config.ts';
import { openWorker } from './push-queue.ts';

const config = readConfig();
const apns = await ApnsSender.open(config.sandboxUrl);
openWorker(config, (job) => apns.send(job.data));

const server = fastify();
server.get('/health/ready', () => ({ ready: true }));
process.on('unhandledRejection', () => undefined);
await server.listen({ host: '127.0.0.1', port: config.port });
