import { authorize, choose } from '../endpoints/authorize.js';
import { discovery, jwks, riscConfiguration } from '../endpoints/published.js';
import { revoke } from '../endpoints/revoke.js';
import { token } from '../endpoints/token.js';
import { userinfo } from '../endpoints/userinfo.js';
import { type EndpointName, ENDPOINTS } from '../providers/dialect.js';
import type { Provider } from '../providers/provider.js';
import type { Call } from './call.js';
import type { Reply } from './reply.js';

interface Endpoint {
  readonly methods: readonly string[];
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

const HANDLED: Record<EndpointName | 'choose', Endpoint> = {
  authorize: { methods: ['GET', 'POST'], handle: authorize },
  choose: { methods: ['POST'], handle: choose },
  discovery: { methods: ['GET'], handle: discovery },
  jwks: { methods: ['GET'], handle: jwks },
  revoke: { methods: ['POST'], handle: revoke },
  risc: { methods: ['GET'], handle: riscConfiguration },
  token: { methods: ['POST'], handle: token },
  userinfo: { methods: ['GET', 'POST'], handle: userinfo },
};

/** The endpoint that a request is for. */
export interface Route extends Endpoint {
  readonly name: EndpointName | 'choose';
  readonly provider: Provider;
}

/** `rest`: of the path, below the provider's own. */
export function routeOf(provider: Provider, method: string, rest: string): Route | undefined {
  const name = rest === '/choose' ? 'choose' : ENDPOINTS.find((one) => provider.dialect.paths[one] === rest);
  if (name === undefined || !HANDLED[name].methods.includes(method)) return undefined;
  return { ...HANDLED[name], name, provider };
}
