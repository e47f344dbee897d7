import { Agent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deleteApp, initializeApp, type App } from 'firebase-admin/app';
import { getMessaging } from 'firebase-admin/messaging';
import { FcmSender, registrationToken } from './fcm.harness.js';
import { SandboxHarness } from './sandbox.harness.js';

/** Takes what is meant for fcm.googleapis.com to the sandbox; firebase-admin has no setting for it. */
class Detour extends Agent {
  constructor(private readonly endpoint: { readonly origin: string; readonly ca: string }) {
    super({ keepAlive: true });
  }

  override createConnection(...[options, done]: Parameters<Agent['createConnection']>) {
    const { hostname: host, port } = new URL(this.endpoint.origin);
    return super.createConnection({ ...options, host, port, servername: '', ca: this.endpoint.ca }, done);
  }
}

let box: SandboxHarness;
let sender: FcmSender;
let agent: Agent;
let app: App;

beforeAll(async () => {
  box = await SandboxHarness.start();
  sender = await FcmSender.start(box);
  agent = new Detour(sender.credential.endpoint);
  const credential = {
    getAccessToken: () => Promise.resolve({ access_token: sender.accessToken, expires_in: 3599 }),
  };
  app = initializeApp({ projectId: sender.credential.project_id, httpAgent: agent, credential }, 'sandbox');
});
afterAll(async () => {
  await deleteApp(app);
  agent.destroy();
  sender.stop();
  await box.stop();
});

describe('firebase-admin', () => {
  it('has its message accepted', async () => {
    const android = { priority: 'high', ttl: 60_000, collapseKey: 'a', notification: { tag: 't' } } as const;
    const id = await getMessaging(app).send({ token: registrationToken(), data: { a: 'b' }, android });
    expect(id).toMatch(/^projects\/signalbox-demo\/messages\//);
  });

  it.each([
    ['deaddead', 'messaging/registration-token-not-registered'],
    ['bad0bad0', 'messaging/invalid-argument'],
    ['bad1bad1', 'messaging/mismatched-credential'],
    ['e429e429', 'messaging/message-rate-exceeded'],
    ['e500e500', 'messaging/internal-error'],
  ])('understands the answer to %s as %s', async (prefix, code) => {
    const sending = getMessaging(app).send({ token: registrationToken(1, prefix) });
    await expect(sending).rejects.toMatchObject({ code });
  });
});
