import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { StateFolder } from '../run/state-folder.js';
import { writePrivately } from '../run/write-privately.js';

const demo = z.object({
  appId: z.string(),
  secretKey: z.string(),
  publishableKey: z.string(),
  /** SHA-256 of the APNs credential that was stored last, to tell whether the sandbox has another one by now. */
  credentialDigest: z.string(),
  /** The same of the FCM credential. A file of an earlier version has none, and its keys must stay in use. */
  fcmCredentialDigest: z.string().default(''),
  /** The same of the Web Push credential. */
  webPushCredentialDigest: z.string().optional(),
  /** The same of the Stripe credential. */
  stripeCredentialDigest: z.string().default(''),
  /** Where the sandbox's Stripe posts to, and the secret it signs with, which nobody but this file tells again. */
  stripeSource: z.object({ id: z.string(), path: z.string(), secret: z.string() }).optional(),
  /** As which an app on a phone signs users in. */
  clientId: z.string().optional(),
});
export type Demo = z.output<typeof demo>;

/** What only an operator of this machine may use: `signalbox doctor` and the restore drill look into the database. */
const operate = z.object({
  databaseUrl: z.string(),
  redisUrl: z.string().optional(),
  queuePrefix: z.string().optional(),
  masterKeyFile: z.string(),
});

/** The app whose users operate this installation, and the first of them. */
const operators = z.object({ appId: z.string(), clientId: z.string(), email: z.string(), password: z.string() });
export type OperatorsApp = z.output<typeof operators>;

const schema = z.object({
  urls: z.object({
    auth: z.url(),
    // A file of an earlier version has none, and its keys must stay in use.
    payments: z.url().default('http://127.0.0.1:4002'),
    push: z.url(),
    events: z.url(),
    console: z.url(),
    sandbox: z.url(),
  }),
  operatorToken: z.string(),
  operatorPassword: z.string(),
  operate: operate.optional(),
  operators: operators.optional(),
  demo,
});
/** What the command line and other tools on this machine need to talk to this installation. */
export type LocalFile = z.output<typeof schema>;

const NAME = 'local.json';

/** @returns undefined when there is none, or it is damaged: it can be made again from what the services know. */
export function readLocalFile(folder: StateFolder): LocalFile | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(folder.path(NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeLocalFile(folder: StateFolder, content: LocalFile): void {
  writePrivately(folder.path(NAME), `${JSON.stringify(content, null, 2)}\n`);
}
