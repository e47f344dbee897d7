import { parseId } from '@signalbox/contracts';
import { DatabaseUnreachable } from '@signalbox/database';
import { allow, Problem, problems, type SignedRoute } from '@signalbox/http';
import type { Logger, Metrics } from '@signalbox/telemetry';
import { z } from 'zod';
import type { ProviderCalls } from '../calls/provider-calls.js';
import type { ProviderKeys } from '../calls/provider-keys.js';
import { parseStrictJson } from '../calls/strict-json.js';
import { ProviderTrouble } from '../calls/trouble.js';
import type { ProviderStore } from '../providers/provider-store.js';
import type { SignInProvider } from '../providers/sign-in-provider.js';
import type { NoticeDesk } from './notice-desk.js';
import type { ProviderNotice } from './provider-notice.js';
import { readApple } from './read-apple.js';
import { readGoogle } from './read-google.js';
import { addressee, NoticeNotProven, noticeIssuersOf, verifyNotice } from './verify-notice.js';

/** Bytes; one event is a few hundred. */
const BODY_LIMIT = 16 * 1_024;
/** Milliseconds. */
const BODY_DEADLINE = 5_000;

export interface NoticeRoutesParts {
  readonly providers: ProviderStore;
  readonly keys: ProviderKeys;
  readonly calls: ProviderCalls;
  readonly desk: NoticeDesk;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** How one sender packs a notice. */
interface Sender {
  readonly kind: 'apple' | 'google';
  readonly name: string;
  /** The signed token in a body, or undefined. */
  token(body: Buffer): string | undefined;
  read(claims: unknown, provider: SignInProvider): ProviderNotice | undefined;
}

const APPLE: Sender = {
  kind: 'apple',
  name: 'Apple',
  token: (body) => z.object({ payload: z.string() }).safeParse(parseStrictJson(body.toString())).data?.payload,
  read: (claims) => readApple(claims, parseStrictJson),
};
const GOOGLE: Sender = {
  kind: 'google',
  name: 'Google',
  token: (body) => body.toString().trim(),
  read: (claims, provider) => readGoogle(claims, noticeIssuersOf(provider)),
};

/** `POST /webhooks/apple/{app}` and `POST /webhooks/google/{app}`: where they tell what becomes of people's accounts. */
export function noticeRoutes(parts: NoticeRoutesParts): readonly SignedRoute[] {
  const taken = parts.metrics.counter(
    'sign_in_provider_notices_total',
    'What Apple and Google told of accounts, by what became of it: done, repeated, nobody, or why it was refused',
    ['sender', 'outcome'],
  );
  return [APPLE, GOOGLE].map((sender) =>
    route(sender, parts, (outcome) => taken.inc({ sender: sender.kind, outcome })),
  );
}

function route(sender: Sender, parts: NoticeRoutesParts, count: (outcome: string) => void): SignedRoute {
  const { kind, name } = sender;
  return {
    path: `/webhooks/${kind}/:app`,
    endpoint: {
      allow: allow.signedBy(name),
      summary: `Where ${name} tells what becomes of the accounts of people who sign in with it`,
      tags: ['sign-in providers'],
      params: z.strictObject({ app: z.string().meta({ description: '`app_...`' }) }),
      bodyLimit: BODY_LIMIT,
      responses: {
        202: { description: 'It is done, now or before', schema: z.object({ received: z.literal(true) }) },
        400: { description: 'It is not proven to come from there, or not for this app; nothing was done' },
        413: { description: 'The body has more than 16 KiB' },
        503: { description: 'Nothing was done; send it again' },
      },
    },
    status: 202,
    bodyDeadline: BODY_DEADLINE,
    enter: ({ params }) => ({
      leave: () => undefined,
      answer: (body) => answer(sender, parts, count, params['app'] ?? '', body),
    }),
  };
}

async function answer(
  sender: Sender,
  parts: NoticeRoutesParts,
  count: (outcome: string) => void,
  app: string,
  body: Buffer,
): Promise<{ readonly received: true }> {
  try {
    count(await take(sender, parts, app, body));
    return { received: true };
  } catch (error) {
    if (error instanceof NoticeNotProven) throw refused(error.why.trouble, count);
    if (error instanceof ProviderTrouble) throw unavailable(`its keys cannot be had (${error.trouble})`, error, count);
    if (error instanceof DatabaseUnreachable) throw unavailable('the database does not answer', error, count);
    throw error;
  }
}

async function take(sender: Sender, parts: NoticeRoutesParts, app: string, body: Buffer): Promise<string> {
  const appId = parseId('app', app);
  const all = appId === undefined ? [] : (await parts.providers.ofApp(appId)).map(({ provider }) => provider);
  const token = tokenIn(sender, body);
  const provider = addressee(
    token,
    all.filter(({ config }) => config.kind === sender.kind),
  );
  if (provider === undefined) throw new NoticeNotProven(new ProviderTrouble('wrong_audience'));
  const notice = sender.read(await verifyNotice(token, provider, parts), provider);
  if (notice === undefined) throw new NoticeNotProven(new ProviderTrouble('bad_answer'));
  const outcome = await parts.desk.take(provider.appId, provider.metadata.issuer, notice);
  parts.logger.info(
    { app, sender: sender.kind, kind: notice.kind, outcome },
    'a provider told what became of an account',
  );
  return outcome;
}

function tokenIn(sender: Sender, body: Buffer): string {
  try {
    const token = sender.token(body);
    if (token !== undefined) return token;
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
  }
  throw new NoticeNotProven(new ProviderTrouble('bad_answer'));
}

function refused(why: string, count: (outcome: string) => void): Problem {
  count(why);
  return new Problem({ status: 400, code: 'notice_not_proven', detail: `Nothing was done: ${why}.` });
}

function unavailable(why: string, cause: unknown, count: (outcome: string) => void): Problem {
  count('unavailable');
  return problems.unavailable(`Nothing was done, since ${why}; send it again.`, 30, cause);
}
