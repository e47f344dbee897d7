import { createHash } from 'node:crypto';
import type { DeviceRegistrationInput } from '@signalbox/server';

const DEMO_BUNDLE = 'com.example.signalbox-demo';

/** A phone that exists in the sandbox only. */
export interface SandboxPhone {
  readonly installationId: string;
  /** `apns`: an iPhone, `fcm`: an Android phone. */
  readonly provider: 'apns' | 'fcm';
  /** How its token begins: the sandbox answers such tokens in a way of their own (docs/sandbox.md). Absent: it takes all. */
  readonly prefix?: string;
}

/** What registers the phone for a user. Its token follows from its installation id, so repeating it changes nothing. */
export function registrationOf(
  { installationId, provider, prefix = '' }: SandboxPhone,
  userId: string,
): DeviceRegistrationInput {
  const digest = createHash('sha256').update(`signalbox ${installationId}`).digest('hex');
  const token = `${prefix}${digest.slice(prefix.length)}`;
  if (provider === 'fcm')
    return { userId, platform: 'android', target: { kind: 'fcm_token', token: `${token}:APA91b-demo` } };
  return { userId, platform: 'ios', target: { kind: 'apns', token }, environment: 'sandbox', bundleId: DEMO_BUNDLE };
}
