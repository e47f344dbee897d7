import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Principal } from '@signalbox/http';
import type { FastifyRequest } from 'fastify';
import { from, type Observable, switchMap } from 'rxjs';
import { AuditTrail } from './audit-trail.js';
import { actorOf, appOfSubject } from './caller.js';
import { RequestDesk } from './request-desk.js';

const USERS = '/v1/users';

/**
 * Puts every read of users on record before it happens, whichever part of the service the route belongs to: what operators and backends
 * GET below /v1/users. What users read of themselves is their own affair.
 */
@Injectable()
export class ReadsOfUsers implements NestInterceptor {
  constructor(
    private readonly trail: AuditTrail,
    private readonly desk: RequestDesk,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { readonly caller: Principal | null }>();
    const path = request.routeOptions.url ?? '';
    const { caller } = request;
    if (
      request.method !== 'GET' ||
      caller === null ||
      caller.kind === 'user' ||
      !(path === USERS || path.startsWith(`${USERS}/`))
    )
      return next.handle();
    return from(this.record(caller, path, request.params)).pipe(switchMap(() => next.handle()));
  }

  private async record(caller: Principal, path: string, params: unknown): Promise<void> {
    const { userId } = params as { readonly userId?: string };
    const named = caller.kind === 'operator' ? undefined : caller.appId;
    const appId = named ?? (userId === undefined ? undefined : await this.appOf(caller, userId));
    if (appId === undefined) return;
    await this.trail.read({ appId, actor: actorOf(caller), userId, what: [partOf(path)] });
  }

  /** Of an id that is no user's there is nothing to read. */
  private appOf(caller: Principal, userId: string) {
    return appOfSubject(this.desk, caller, userId, undefined).catch(() => undefined);
  }
}

/** `/v1/users/:userId/sessions` reads `sessions`; the user itself is its profile. */
function partOf(path: string): string {
  return path.split('/').slice(4).join('/') || 'profile';
}
