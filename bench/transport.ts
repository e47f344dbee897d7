/**
 * What our own HTTP/2 transports cost beside the SDKs and beside a bare `node:http2` loop that only sends: sends per second
 * and CPU of the sending process per send, on loopback, interleaved in one run. `npm run bench:transport`.
 *
 * Read the ratios, not the figures: those depend on the machine, and the other side takes half of it.
 */
import { fork } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { OwnApnsTransport } from '../apps/push/dist/providers/apns/own-apns-transport.js';
import { SdkApnsTransport } from '../apps/push/dist/providers/apns/sdk/sdk-apns-transport.js';
import { signProviderToken } from '../apps/push/dist/providers/apns/provider-token/sign-provider-token.js';
import { OwnFcmTransport } from '../apps/push/dist/providers/fcm/own-fcm-transport.js';
import { SdkFcmTransport } from '../apps/push/dist/providers/fcm/sdk/sdk-fcm-transport.js';
import { newUuid } from '../libs/contracts/dist/index.js';

const PAIRS = 7;
const SENDS = 4_000;
const AT_ONCE = 250;
const KINDS = ['raw', 'own', 'sdk'] as const;
type Kind = (typeof KINDS)[number];

interface Way {
  readonly send: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}
interface Cost {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

const peer = fork(new URL('transport-peer.ts', import.meta.url), { stdio: 'inherit' });
const [{ port, ca }] = (await once(peer, 'message')) as [{ port: number; ca: string }];
const origin = `https://127.0.0.1:${port}`;
const deviceToken = randomBytes(32).toString('hex');
const deadlineMs = 30_000;

function expectSent(answer: { readonly kind: string }): void {
  if (answer.kind !== 'answered') throw new Error(`not sent: ${JSON.stringify(answer)}`);
}

/** The least that a process can do to send: no deadline, no answer that is read, no end of a connection that is noticed. */
async function rawLoop(request: () => { headers: string[]; body: string }): Promise<Way> {
  const session = connect(origin, { ca });
  await once(session, 'remoteSettings');
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const { headers, body } = request();
      const stream = session.request(headers);
      stream.on('response', () => undefined);
      stream.on('data', () => undefined);
      stream.on('error', reject);
      stream.on('close', resolve);
      stream.end(body);
    });
  return { send, close: async () => session.close() };
}

function apnsWays(): Record<Kind, () => Promise<Way>> {
  const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  const key = { teamId: 'SIGNALBOX1', keyId: 'BENCHKEY01', privateKey: privateKey.toString() };
  const jwt = signProviderToken(key, Math.floor(Date.now() / 1_000));
  const expiration = Math.floor(Date.now() / 1_000) + 3_600;
  const json = JSON.stringify({
    aps: { alert: { title: 'Hello', body: 'from Signalbox' } },
    sbx_delivery_id: newUuid(),
  });
  const topic = 'dev.signalbox.demo';
  const options = {
    origin,
    ca,
    token: () => ({ jwt, ageMs: 0 }),
    limits: { deadlineMs, connections: 1, streams: 500, tickMs: 650, minConnectionAgeMs: 10_000 },
  };
  const over = (transport: OwnApnsTransport | SdkApnsTransport): Way => ({
    send: async () => {
      const id = newUuid();
      expectSent(
        await transport.send({
          id,
          deviceToken,
          topic,
          pushType: 'alert',
          priority: 10,
          expiration,
          collapseId: id,
          json,
        }),
      );
    },
    close: () => transport.close(),
  });
  const raw = () => {
    const id = newUuid();
    const pseudo = [
      ':method',
      'POST',
      ':scheme',
      'https',
      ':authority',
      '127.0.0.1',
      ':path',
      `/3/device/${deviceToken}`,
    ];
    const apns = ['apns-id', id, 'apns-topic', topic, 'apns-push-type', 'alert', 'apns-priority', '10'];
    const rest = ['apns-expiration', String(expiration), 'apns-collapse-id', id, 'authorization', `bearer ${jwt}`];
    return { headers: [...pseudo, ...apns, ...rest], body: json };
  };
  return {
    raw: () => rawLoop(raw),
    own: async () => over(new OwnApnsTransport(options)),
    sdk: async () => over(new SdkApnsTransport(options)),
  };
}

function fcmWays(): Record<Kind, () => Promise<Way>> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const secret = {
    project_id: 'signalbox-bench',
    client_email: 'push@bench.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    token_uri: `${origin}/token`,
    endpoint: { origin, ca },
  };
  const target = { token: randomBytes(70).toString('hex') };
  const limits = { deadlineMs, streams: 500, tickMs: 650 };
  const payloadFor = (id: string) => ({
    notification: { title: 'Hello', body: 'from Signalbox' },
    data: { sbx_delivery_id: id },
    android: { priority: 'high' as const, ttl: '3600s' as const, notification: { tag: id } },
  });
  const over = (transport: OwnFcmTransport | SdkFcmTransport): Way => ({
    send: async () => {
      const id = newUuid();
      expectSent(await transport.send({ id, target, payload: payloadFor(id) }));
    },
    close: () => transport.close(),
  });
  const raw = () => {
    const path = `/v1/projects/${secret.project_id}/messages:send`;
    const pseudo = [':method', 'POST', ':scheme', 'https', ':authority', '127.0.0.1', ':path', path];
    const headers = [...pseudo, 'authorization', 'Bearer ya29.bench', 'content-type', 'application/json'];
    return { headers, body: JSON.stringify({ message: { ...payloadFor(newUuid()), ...target } }) };
  };
  return {
    raw: () => rawLoop(raw),
    own: async () => over(new OwnFcmTransport({ secret, limits: { ...limits, connections: 1 } })),
    sdk: async () => over(new SdkFcmTransport({ secret, limits: { ...limits, connections: 100 } })),
  };
}

async function measure(open: () => Promise<Way>): Promise<Cost> {
  const way = await open();
  // Opens the connection and lifts Apple's limit of one stream.
  await way.send();
  let left = SENDS;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const sendUntilNoneIsLeft = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await way.send();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sendUntilNoneIsLeft));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  await way.close();
  return { perSecond: SENDS / seconds, cpuMicroseconds: (user + system) / SENDS };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function compare(name: string, ways: Record<Kind, () => Promise<Way>>): Promise<void> {
  const costs: Record<Kind, Cost[]> = { raw: [], own: [], sdk: [] };
  for (const kind of KINDS) await measure(ways[kind]);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    // Each takes every place in turn.
    for (let place = 0; place < KINDS.length; place += 1) {
      const kind = KINDS[(place + pair) % KINDS.length]!;
      costs[kind].push(await measure(ways[kind]));
    }
  }
  const ratio = (figure: keyof Cost, one: Kind, other: Kind): string =>
    median(costs[one].map((cost, pair) => cost[figure] / costs[other][pair]![figure])).toFixed(2);
  console.log(`\n${name}, ${PAIRS} rounds of ${SENDS} sends, ${AT_ONCE} at once (medians)`);
  for (const kind of KINDS) {
    const rate = Math.round(median(costs[kind].map(({ perSecond }) => perSecond)));
    const cpu = median(costs[kind].map(({ cpuMicroseconds }) => cpuMicroseconds)).toFixed(1);
    console.log(`  ${kind}  ${String(rate).padStart(6)} sends/s  ${cpu.padStart(6)} µs CPU per send`);
  }
  for (const [one, other] of [
    ['own', 'raw'],
    ['own', 'sdk'],
  ] as const)
    console.log(
      `  ${one} / ${other}: ${ratio('perSecond', one, other)} of its sends, ${ratio('cpuMicroseconds', one, other)} of its CPU`,
    );
}

try {
  await compare('APNs', apnsWays());
  await compare('FCM', fcmWays());
} finally {
  peer.kill();
}
