import type { ApnsCredential, StoredCredential } from '@signalbox/credentials';
import type { ChannelFigures } from '@signalbox/http2-channel';
import type { PushProvider } from '../push-provider.js';
import { SessionRegistry } from '../session-registry.js';
import type { Transports } from '../load-transports.js';
import { ApnsSession } from './apns-session.js';
import type { ApnsLimits } from './apns-transport.js';
import type { ProviderTokens } from './provider-token/provider-tokens.js';

const DEFAULT_LIMITS: ApnsLimits = {
  deadlineMs: 10_000,
  connections: 3,
  streams: 500,
  tickMs: 650,
  minConnectionAgeMs: 10_000,
};

export interface ApnsProviderOptions extends Partial<ApnsLimits> {
  readonly tokens: ProviderTokens;
  readonly transports: Transports;
  /** Sessions kept open at most, idle ones given. */
  readonly maxSessions?: number;
  /** Where the connections of all sessions are counted; the SDK's are not. */
  readonly figures?: ChannelFigures;
}

/** Apple's push service. */
export class ApnsProvider implements PushProvider<ApnsCredential> {
  readonly name = 'apns';
  private readonly sessions: SessionRegistry<ApnsCredential, ApnsSession>;

  constructor({ tokens, transports, maxSessions = 500, figures, ...given }: ApnsProviderOptions) {
    const options = { openTransport: transports.apns, limits: { ...DEFAULT_LIMITS, ...given }, figures };
    this.sessions = new SessionRegistry({
      open: (secret) => new ApnsSession(secret, { ...options, token: tokens.of(secret) }),
      maxSessions,
    });
  }

  sessionFor(credential: StoredCredential<ApnsCredential>): ApnsSession {
    return this.sessions.sessionFor(credential);
  }

  close(): Promise<void> {
    return this.sessions.close();
  }
}
