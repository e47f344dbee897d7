import { tokenOf } from '../product/product.ts';
import { createApp, registerAndroid, registerIphone } from '../product/set-up.ts';
import { control } from '../strike/provider-faults.ts';
import type { System } from '../system/system.ts';
import type { Recipient } from './traffic.ts';

/** Something that goes wrong for some, and must not be felt by the others. */
export interface Experiment {
  readonly name: string;
  readonly what: string;
  prepare(system: System): Promise<readonly Recipient[]>;
  strike(system: System): Promise<void>;
  soothe(system: System): Promise<void>;
}

/** The group that is in trouble, and the one that must not feel it. */
export const STRUCK = 'struck';
export const OTHERS = 'others';

/** Milliseconds that a provider takes, so that there is always something under way. */
const LATENCY_MS = 20;
const USERS = 100;
const APPS = 300;
/** The app in trouble is a busy one: of so many messages to others, one more is for it. */
const SHARE_OF_STRUCK = 9;

const blackHole: Experiment = {
  name: 'black-hole',
  what: 'APNs takes requests and never answers; Android phones of the same app must not feel it',
  async prepare(system) {
    const secretKey = await createApp(system, 'one', ['apns', 'fcm']);
    const recipients: Recipient[] = [];
    for (let user = 0; user < USERS; user += 1) {
      await registerIphone(system, secretKey, `iphone-${user}`, tokenOf(user));
      await registerAndroid(system, secretKey, `android-${user}`);
      recipients.push({ userId: `iphone-${user}`, secretKey, group: STRUCK });
      recipients.push({ userId: `android-${user}`, secretKey, group: OTHERS });
    }
    await control(system, 'PUT', 'behaviour', { latencyMs: LATENCY_MS }, 'fcm');
    return recipients;
  },
  strike: (system) => control(system, 'PUT', 'behaviour', { latencyMs: LATENCY_MS, blackhole: true }),
  soothe: (system) => control(system, 'PUT', 'behaviour', { latencyMs: LATENCY_MS }),
};

const oneOfMany: Experiment = {
  name: 'one-of-300',
  what: `${APPS} apps with an APNs key each; the provider never answers one of them; the others must not feel it`,
  async prepare(system) {
    const recipients: Recipient[] = [];
    for (let app = 0; app < APPS; app += 1) {
      const secretKey = await createApp(system, `app-${app}`, ['apns']);
      await registerIphone(system, secretKey, 'somebody', tokenOf(app));
      recipients.push({ userId: 'somebody', secretKey, group: app === 0 ? STRUCK : OTHERS });
    }
    const [struck, ...others] = recipients as [Recipient, ...Recipient[]];
    return others.flatMap((other, turn) => (turn % SHARE_OF_STRUCK === 0 ? [struck, other] : [other]));
  },
  strike: (system) => control(system, 'PUT', `tokens/${tokenOf(0)}`, { outcome: { hang: true } }),
  soothe: (system) => control(system, 'DELETE', 'tokens'),
};

export const EXPERIMENTS: readonly Experiment[] = [blackHole, oneOfMany];
