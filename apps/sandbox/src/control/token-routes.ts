import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { TOKEN_PREFIXES as APNS_PREFIXES } from '../apns/token-prefixes.js';
import { TOKEN_PREFIXES as FCM_PREFIXES } from '../fcm/token-prefixes.js';
import { isToken } from '../webpush/subscriptions.js';
import { TOKEN_PREFIXES as WEBPUSH_PREFIXES } from '../webpush/token-prefixes.js';
import type { Outcome } from '../scripting/decision.js';
import type { Behaviour, Script, TokenScript } from '../scripting/script.js';
import type { TokenPrefixes } from '../scripting/token-prefix.js';
import type { Controlled } from './controlled.js';
import { fcmOutcomeSchema, toFcmFields } from './fcm-outcome-schema.js';
import { outcomeSchema, toFields } from './outcome-schema.js';
import { Problem, valid } from './problem.js';
import { toWebPushFields, webPushOutcomeSchema } from './webpush-outcome-schema.js';

const MOST_TIMES = 1_000_000;

/** How a provider's tokens and outcomes are written. */
interface Wording<Ending, Current extends Behaviour<Ending>> {
  readonly script: Script<Ending, Current>;
  readonly token: z.ZodType<string>;
  readonly outcome: z.ZodType<Outcome<Ending>>;
  readonly toFields: (outcome: Outcome<Ending>) => object;
  readonly prefixes: TokenPrefixes<Ending>;
}

/** Outcomes of single devices. */
export function addTokenRoutes(server: FastifyInstance, { apns, fcm, webPush }: Controlled): void {
  addScripts(server, '/v1/apns', {
    script: apns.script,
    token: z.string().regex(/^[0-9a-fA-F]{1,200}$/, 'a device token: hexadecimal digits'),
    outcome: outcomeSchema,
    toFields,
    prefixes: APNS_PREFIXES,
  });
  addScripts(server, '/v1/fcm', {
    script: fcm.script,
    token: z.string().regex(/^[A-Za-z0-9_:.~%-]{1,4096}$/, 'a registration token, an installation id or a topic'),
    outcome: fcmOutcomeSchema,
    toFields: toFcmFields,
    prefixes: FCM_PREFIXES,
  });
  addScripts(server, '/v1/webpush', {
    script: webPush.script,
    token: z.string().refine(isToken, 'the last part of a subscription’s endpoint'),
    outcome: webPushOutcomeSchema,
    toFields: toWebPushFields,
    prefixes: WEBPUSH_PREFIXES,
  });
}

function addScripts<Ending, Current extends Behaviour<Ending>>(
  server: FastifyInstance,
  base: string,
  { script, token: tokenSchema, outcome: outcomeBody, toFields: fieldsOf, prefixes }: Wording<Ending, Current>,
): void {
  const tokenParams = z.strictObject({ token: tokenSchema });
  const scriptBody = z.strictObject({ outcome: outcomeBody, times: z.int().min(1).max(MOST_TIMES).optional() });
  const described = (token: string, { outcome, remaining, used }: TokenScript<Ending>): object => ({
    token,
    outcome: fieldsOf(outcome),
    remaining,
    used,
  });

  server.put(`${base}/tokens/:token`, (request) => {
    const { token } = valid(tokenParams, request.params);
    const { outcome, times } = valid(scriptBody, request.body);
    if (!script.set(token, outcome, times)) {
      const detail = `too many tokens are scripted: remove some with DELETE ${base}/tokens`;
      throw new Problem(409, 'too_many_scripts', detail);
    }
    return described(token, { outcome, remaining: times, used: 0 });
  });

  server.get(`${base}/tokens/:token`, (request) => {
    const { token } = valid(tokenParams, request.params);
    const found = script.find(token);
    if (!found) throw new Problem(404, 'not_found', `token ${token} is not scripted`);
    return described(token, found);
  });

  server.delete(`${base}/tokens/:token`, (request, reply) => {
    const { token } = valid(tokenParams, request.params);
    if (!script.remove(token)) throw new Problem(404, 'not_found', `token ${token} is not scripted`);
    return reply.status(204).send();
  });

  server.delete(`${base}/tokens`, (_request, reply) => {
    script.removeAll();
    return reply.status(204).send();
  });

  server.get(`${base}/token-prefixes`, () => ({
    prefixes: [...prefixes].map(([prefix, { meaning }]) => ({ prefix, meaning })),
  }));
}
