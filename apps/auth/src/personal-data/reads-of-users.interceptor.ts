import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { AppPrincipal, Principal } from '@signalbox/http';
import type { FastifyRequest } from 'fastify';
import { concatMap, from, type Observable, switchMap } from 'rxjs';
import { AuditTrail } from './audit-trail.js';
import { actorOf, appOfSubject } from './caller.js';
import { RequestDesk } from './request-desk.js';

const USERS = '/v1/users';

/** In the place of the address itself, which is a value. */
const BY_ADDRESS = 'looked up by address';

/** Every GET is a HEAD as well, whose headers tell how long the answer is, and so whether there is one. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

interface Guarded extends FastifyRequest {
  readonly caller: Principal | null;
  readonly validQuery: unknown;
}

/**
 * Puts every read of users on record before it happens, whichever part of the service the route belongs to: what operators and backends
 * GET, or ask the head of, below /v1/users. What users read of themselves is their own affair.
 */
@Injectable()
export class ReadsOfUsers implements NestInterceptor {
  constructor(
    private readonly trail: AuditTrail,
    private readonly desk: RequestDesk,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Guarded>();
    const path = request.routeOptions.url ?? '';
    const { caller } = request;
    if (
      !READS.has(request.method) ||
      caller === null ||
      caller.kind === 'user' ||
      !(path === USERS || path.startsWith(`${USERS}/`))
    )
      return next.handle();
    if (path === USERS && caller.kind === 'app' && isLookUp(request)) {
      return next.handle().pipe(concatMap((found) => this.recordFound(caller, found)));
    }
    return from(this.record(caller, path, request)).pipe(switchMap(() => next.handle()));
  }

  /** Whom an address led to is known when they are found: it is on record before the answer is sent. That it led to nobody, too. */
  private async recordFound(caller: AppPrincipal, found: unknown): Promise<unknown> {
    const { items } = found as { readonly items: readonly { readonly id: string }[] };
    const [appId, actor] = [caller.appId, actorOf(caller)];
    for (const { id } of items) await this.trail.read({ appId, actor, userId: id, what: ['profile', BY_ADDRESS] });
    if (items.length === 0) await this.trail.read({ appId, actor, userId: undefined, what: [BY_ADDRESS] });
    return found;
  }

  private async record(caller: Principal, path: string, { params, validQuery }: Guarded): Promise<void> {
    const { userId } = params as { readonly userId?: string };
    // The operator may name the app: of an id that is the app's own nothing else tells it.
    const { appId: named } = (validQuery ?? {}) as { readonly appId?: string };
    const own = caller.kind === 'operator' ? undefined : caller.appId;
    const appId = own ?? (userId === undefined ? undefined : await this.appOf(caller, userId, named));
    if (appId === undefined) return;
    await this.trail.read({ appId, actor: actorOf(caller), userId, what: [partOf(path)] });
  }

  /** Of an id that is no user's there is nothing to read. */
  private appOf(caller: Principal, userId: string, named: string | undefined) {
    return appOfSubject(this.desk, caller, userId, named).catch(() => undefined);
  }
}

function isLookUp({ validQuery }: Guarded): boolean {
  return (validQuery as { readonly email?: string }).email !== undefined;
}

/** `/v1/users/:userId/sessions` reads `sessions`; the user itself is its profile. */
function partOf(path: string): string {
  return path.split('/').slice(4).join('/') || 'profile';
}
