import type { Logger } from '@signalbox/telemetry';
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../principal.js';

/** A key is named once in this time. Milliseconds. */
const QUIET_MS = 3_600_000;
/** More callers than this in an hour: start over. */
const MOST_USERS = 10_000;

/** Says in the log who calls a deprecated route, each API key once an hour with how often it did: whom to write to before the route ends. */
export class UsersOfTheOld {
  private readonly seen = new Map<string, { quietUntil: number; count: number }>();

  constructor(
    private readonly logger: Logger,
    private readonly route: string,
  ) {}

  saw({ method, caller }: FastifyRequest): void {
    const { id, ...who } = nameOf(caller);
    const now = performance.now();
    let user = this.seen.get(id);
    if (user === undefined) {
      if (this.seen.size >= MOST_USERS) this.seen.clear();
      user = { quietUntil: -Infinity, count: 0 };
      this.seen.set(id, user);
    }
    user.count += 1;
    if (now < user.quietUntil) return;
    this.logger.warn({ ...who, method, route: this.route, count: user.count }, 'a route that will be gone is called');
    user.count = 0;
    user.quietUntil = now + QUIET_MS;
  }
}

/** Users come with apps, whose client it is that has to change. */
function nameOf(caller: Principal | null): { readonly id: string; readonly appId?: string; readonly keyId?: string } {
  switch (caller?.kind) {
    case 'app':
      return { id: caller.keyId, appId: caller.appId, keyId: caller.keyId };
    case 'user':
      return { id: caller.appId, appId: caller.appId };
    case 'operator':
    case undefined:
      return { id: caller?.kind ?? 'anybody' };
  }
}
