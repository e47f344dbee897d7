import { createECDH, createHash, type ECDH, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { StateDirectory } from '../identity/state-directory.js';

const FILE = 'web-push.json';
const stored = z.strictObject({ seed: z.string(), publicKey: z.string(), privateKey: z.string() });

/** The name of a subscription: its place at the push service and, behind a dot, by which key it was subscribed. */
const TOKEN = /^[A-Za-z0-9_~-]{8,200}(?:\.([A-Za-z0-9_-]{16}))?$/;

/** Subscriptions whose keys are kept at hand; the oldest is made again when it is wanted. */
const AT_HAND = 2_000;

/** What a browser keeps to itself of a subscription. */
export interface SubscriptionKeys {
  readonly pair: ECDH;
  /** `p256dh`: an uncompressed point of P-256. */
  readonly publicKey: Buffer;
  readonly auth: Buffer;
}

/** A subscription as a page hands it on. */
export interface SubscriptionView {
  readonly token: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/**
 * The browsers. Their keys are made of a seed and the subscription's name, so that every name is a browser, of which nothing has to
 * be remembered: a million of them cost no memory, and they outlive a restart as the seed does.
 */
export class Subscriptions {
  private readonly atHand = new Map<string, SubscriptionKeys>();

  private constructor(private readonly state: z.output<typeof stored>) {}

  static async open(directory: StateDirectory): Promise<Subscriptions> {
    const known = await directory.read(FILE, stored);
    if (known) return new Subscriptions(known);
    const made = { seed: randomBytes(32).toString('base64url'), ...vapidKeys() };
    await directory.write(FILE, made);
    return new Subscriptions(made);
  }

  /** A pair to send with; its private half is for everybody. */
  get vapid(): { publicKey: string; privateKey: string } {
    return { publicKey: this.state.publicKey, privateKey: this.state.privateKey };
  }

  /** @param applicationServerKey who alone may send to it; absent: whoever signs. @param prefix what its name begins with. */
  make(applicationServerKey: string | undefined, prefix: string): SubscriptionView {
    const name = `${prefix}${randomBytes(24).toString('base64url')}`;
    const token = applicationServerKey === undefined ? name : `${name}.${fingerprint(applicationServerKey)}`;
    return this.view(token);
  }

  view(token: string): SubscriptionView {
    const { publicKey, auth } = this.keysOf(token);
    return { token, keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') } };
  }

  keysOf(token: string): SubscriptionKeys {
    const known = this.atHand.get(token);
    if (known) return known;
    const oldest = this.atHand.keys().next();
    if (this.atHand.size >= AT_HAND && !oldest.done) this.atHand.delete(oldest.value);
    const made = this.makeKeys(token);
    this.atHand.set(token, made);
    return made;
  }

  private makeKeys(token: string): SubscriptionKeys {
    const derive = (what: string, bytes: number): Buffer =>
      Buffer.from(hkdfSync('sha256', this.state.seed, token, what, bytes));
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(derive('p256dh', 32));
    return { pair, publicKey: pair.getPublicKey(), auth: derive('auth', 16) };
  }
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Whether a sender with this key may send there. */
export function takesFrom(token: string, publicKey: string): boolean {
  const boundTo = TOKEN.exec(token)?.[1];
  return boundTo === undefined || boundTo === fingerprint(publicKey);
}

function fingerprint(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('base64url').slice(0, 16);
}

function vapidKeys(): { publicKey: string; privateKey: string } {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys('base64url');
  const secret = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return { publicKey, privateKey: secret.toString('base64url') };
}
