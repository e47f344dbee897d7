import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { newUuid } from '@signalbox/contracts';
import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getMessaging, type Message } from 'firebase-admin/messaging';
import { OwnFcmTransport } from '../../apps/push/dist/providers/fcm/own-fcm-transport.js';
import { openRawLoop } from '../deliver/raw-loop.ts';
import type { Sink } from '../machine/start-sink.ts';
import { expectSent, type Way } from './way.ts';

const PROJECT = 'signalbox-bench';
/** Fewer made the library slower; more made no difference. */
const SOCKETS = 100;
/** The most that it takes in one call. */
const EACH = 500;
const WORDS = { title: 'Hello', body: 'from Signalbox' };

/** Google's address is in the library's code; the connections go to ours instead. */
class LoopbackAgent extends Agent {
  private readonly endpoint: { readonly origin: string; readonly ca: string };

  constructor(endpoint: { readonly origin: string; readonly ca: string }, options: AgentOptions) {
    super(options);
    this.endpoint = endpoint;
  }

  override createConnection(options: object, done?: (error: Error | null, socket: Duplex) => void): Duplex | undefined {
    const { hostname, port } = new URL(this.endpoint.origin);
    const to = { host: hostname, port: Number(port), servername: '', ca: this.endpoint.ca };
    return super.createConnection({ ...options, ...to, checkServerIdentity: () => undefined }, done) ?? undefined;
  }
}

/** Ways to Google, all to one phone. */
export function googleWays({ origin, ca }: Sink) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const secret = {
    project_id: PROJECT,
    client_email: 'push@bench.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    token_uri: `${origin}/token`,
    endpoint: { origin, ca },
  };
  const token = randomBytes(70).toString('hex');
  const library = () => {
    const credential = { getAccessToken: async () => ({ access_token: 'ya29.bench', expires_in: 3_600 }) };
    const httpAgent = new LoopbackAgent(
      { origin, ca },
      { keepAlive: true, maxSockets: SOCKETS, maxFreeSockets: SOCKETS },
    );
    const app = initializeApp({ projectId: PROJECT, credential, httpAgent }, randomUUID());
    const close = async (): Promise<void> => {
      httpAgent.destroy();
      await deleteApp(app);
    };
    return { messaging: getMessaging(app), close };
  };
  const message = () => {
    const id = randomUUID();
    const android = { priority: 'high' as const, ttl: 3_600_000, notification: { tag: id } };
    return { token, notification: WORDS, data: { sbx_delivery_id: id }, android } satisfies Message;
  };
  return {
    own: async (): Promise<Way> => {
      const limits = { deadlineMs: 30_000, streams: 500, tickMs: 650, connections: 1 };
      const transport = new OwnFcmTransport({ secret, limits });
      return {
        async send() {
          const id = newUuid();
          const android = { priority: 'high' as const, ttl: '3600s' as const, notification: { tag: id } };
          const payload = { notification: WORDS, data: { sbx_delivery_id: id }, android };
          expectSent(await transport.send({ id, target: { token }, payload }));
        },
        close: () => transport.close(),
      };
    },
    send: async (): Promise<Way> => {
      const { messaging, close } = library();
      return { send: () => messaging.send(message()), close };
    },
    sendEach: async (): Promise<Way> => {
      const { messaging, close } = library();
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its other transport cannot be led here, see transport.ts
      messaging.enableLegacyHttpTransport();
      return {
        batch: EACH,
        async send() {
          const { failureCount, responses } = await messaging.sendEach(Array.from({ length: EACH }, message));
          if (failureCount > 0) throw new Error(String(responses.find(({ success }) => !success)?.error));
        },
        close,
      };
    },
    raw: async (): Promise<Way> => {
      const loop = await openRawLoop(origin, ca);
      const path = `/v1/projects/${PROJECT}/messages:send`;
      const pseudo = [':method', 'POST', ':scheme', 'https', ':authority', '127.0.0.1', ':path', path];
      const headers = [...pseudo, 'authorization', 'Bearer ya29.bench', 'content-type', 'application/json'];
      return {
        send: () => {
          const { android, ...rest } = message();
          const body = JSON.stringify({ message: { ...rest, android: { ...android, ttl: '3600s' } } });
          return loop.send({ headers, body });
        },
        close: () => loop.close(),
      };
    },
  };
}
