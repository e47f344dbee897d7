/** Sends as many pushes as a message says, with a bare `node:http2` loop. Arguments: Apple's address, file of its CA. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { atOnce, openRawLoop } from './raw-loop.ts';

const STREAMS = 500;

const [origin, ca] = process.argv.slice(2) as [string, string];
const loop = await openRawLoop(origin, readFileSync(ca, 'utf8'));
const token = 'a1b2c3d4'.repeat(8);
const authorization = `bearer ${'x'.repeat(180)}`;
const body = JSON.stringify({ aps: { alert: { title: 'Hello', body: 'from Signalbox' } } });

function headers(): string[] {
  const id = randomUUID();
  const pseudo = [':method', 'POST', ':scheme', 'https', ':authority', '127.0.0.1', ':path', `/3/device/${token}`];
  const apns = ['apns-id', id, 'apns-topic', 'com.example.app', 'apns-push-type', 'alert', 'apns-priority', '10'];
  return [...pseudo, ...apns, 'apns-expiration', '1800000000', 'authorization', authorization];
}

process.on('message', (count: number) => {
  void atOnce(STREAMS, count, () => loop.send({ headers: headers(), body })).then(() => process.send?.('done'));
});
process.send?.('ready');
