import { createHash, randomUUID } from 'node:crypto';
import { post, type Route } from '../api/route.js';
import type { Endpoint } from '../deliver/endpoint.js';
import { randomText } from '../wire/ids.js';
import { API_VERSION } from '../world/accounts.js';

/** What `stripe listen` asks for before it connects. */
export interface CliSession {
  readonly id: string;
  readonly accountId: string;
  readonly secret: string;
  readonly shapes: readonly Endpoint['shape'][];
  /** Seconds since 1970. */
  readonly created: number;
}

/** Seconds after which the CLI connects again by itself. */
const RECONNECT_AFTER = 3600;
export const SOCKET_PATH = '/stripecli/socket';

/** The sessions that were asked for; each is good for any number of connections. */
export class CliSessions {
  private readonly byId = new Map<string, CliSession>();

  find(id: string): CliSession | undefined {
    return this.byId.get(id);
  }

  forgetAll(): void {
    this.byId.clear();
  }

  readonly routes: readonly Route[] = [
    post('/v1/stripecli/sessions', ({ account, params, origin }) => {
      const features = params.texts('websocket_features');
      const session: CliSession = {
        id: `cliws_${randomUUID()}`,
        accountId: account.id,
        secret: secretOf(account.id, params.text('device_name') ?? ''),
        shapes: features.flatMap((feature) => SHAPES[feature] ?? []),
        created: account.now(),
      };
      this.byId.set(session.id, session);
      return {
        object: 'stripecli_session',
        default_version: API_VERSION,
        device_token: `ed_${randomText(24)}`,
        display_connect_filter_warning: false,
        latest_version: API_VERSION,
        reconnect_delay: RECONNECT_AFTER,
        secret: session.secret,
        websocket_authorized_feature: features.join(','),
        websocket_id: session.id,
        websocket_url: `${origin.replace(/^http/, 'ws')}${SOCKET_PATH}`,
      };
    }),
  ];
}

/** What the CLI calls the two kinds of events. */
const SHAPES: Readonly<Record<string, readonly Endpoint['shape'][]>> = { webhooks: ['snapshot'], v2_events: ['thin'] };

/** The same for the same account and device, as Stripe's is. */
function secretOf(accountId: string, device: string): string {
  return `whsec_${createHash('sha256').update(`${accountId} ${device}`).digest('hex')}`;
}
