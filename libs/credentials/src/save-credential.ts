import { newUuid, type Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { type CredentialSummary, summarise } from './credential-summary.js';
import { readAppMode, upsertCredential } from './credentials.queries.js';
import type { Envelope } from './envelope.js';
import { credentialContext } from './seal-context.js';
import { modeOfEnvironment } from './braintree-credential.js';
import type { NewCredential } from './stored-credential.js';
import { modeOfKey } from './stripe-credential.js';

/** A live app may not send its users' notifications to a server of somebody's choice. */
export class EndpointNotAllowed extends Error {
  override readonly name = 'EndpointNotAllowed';

  constructor() {
    super('only an app in mode "test" may name its own provider endpoint');
  }
}

/** Test money and real money do not mix: an app's keys are of its own mode. */
export class KeyOfOtherMode extends Error {
  override readonly name = 'KeyOfOtherMode';

  constructor(
    readonly mode: 'live' | 'test',
    appMode: 'live' | 'test',
  ) {
    super(`a ${mode} key does not fit an app in mode "${appMode}"`);
  }
}

/**
 * There is no such app.
 */
export class UnknownApp extends Error {
  override readonly name = 'UnknownApp';

  constructor(appId: Uuid) {
    super(`there is no app ${appId}`);
  }
}

/**
 * Stores an app's credential of a provider, sealed, in place of the one before. The version counts up, so services see
 * the change with the next work they take.
 *
 * @throws UnknownApp, EndpointNotAllowed, KeyOfOtherMode
 */
export async function saveCredential(
  sql: Sql,
  envelope: Envelope,
  credential: NewCredential,
): Promise<{ id: Uuid; version: number; summary: CredentialSummary }> {
  const { appId, provider, secret } = credential;
  const mode = await readAppMode(sql, appId);
  if (mode === undefined) throw new UnknownApp(appId);
  if (mode !== 'test' && secret.endpoint !== undefined) throw new EndpointNotAllowed();
  const keyMode = modeOf(credential);
  if (keyMode !== undefined && keyMode !== mode) throw new KeyOfOtherMode(keyMode, mode);
  const summary = summarise(credential);
  const sealed = envelope.seal(JSON.stringify(secret), credentialContext(appId));
  const stored = await upsertCredential(sql, { id: newUuid(), appId, provider, sealed, summary });
  return { ...stored, summary };
}

/** The mode of the money that the keys move; undefined: they move none. */
function modeOf(credential: NewCredential): 'live' | 'test' | undefined {
  switch (credential.provider) {
    case 'stripe':
      return modeOfKey(credential.secret.secretKey);
    case 'braintree':
      return modeOfEnvironment(credential.secret.environment);
    case 'apns':
    case 'fcm':
    case 'webpush':
      return undefined;
  }
}
