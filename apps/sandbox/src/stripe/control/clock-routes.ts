import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { valid } from '../../control/problem.js';
import { after, DAY } from '../billing/periods.js';
import type { StripeSide } from '../stripe-side.js';
import { advance, hold, release } from '../time/account-clock.js';
import type { Account } from '../world/account.js';
import { accountFields, accountOf, acting } from './acting.js';

const moment = z.iso.datetime({ offset: true });
const holdBody = z.strictObject({ ...accountFields, at: moment.optional() });
const advanceBody = z
  .strictObject({
    ...accountFields,
    to: moment.optional(),
    months: z.int().min(1).max(120).optional(),
    days: z.int().min(1).max(3_660).optional(),
    seconds: z.int().min(1).max(316_224_000).optional(),
  })
  .refine(({ to, months, days, seconds }) => (to === undefined) === ((months ?? days ?? seconds) !== undefined), {
    error: 'give to, or months, days and seconds, which are added up',
  });

/** The time of one account: held, moved on with all that it brings about, or everybody's again. */
export function addClockRoutes(server: FastifyInstance, stripe: StripeSide): void {
  server.put('/v1/stripe/clock', (request) => {
    const { at, ...who } = valid(holdBody, request.body ?? {});
    const account = accountOf(stripe, who);
    acting(() => hold(account, at === undefined ? account.now() : secondsOf(at)));
    return shown(account);
  });

  server.get('/v1/stripe/clock', (request) =>
    shown(accountOf(stripe, valid(z.strictObject(accountFields), request.query))),
  );

  server.post('/v1/stripe/clock/advance', (request) => {
    const { to, months = 0, days = 0, seconds = 0, ...who } = valid(advanceBody, request.body ?? {});
    const account = accountOf(stripe, who);
    const until = to === undefined ? after(account.now(), 'month', months) + days * DAY + seconds : secondsOf(to);
    const happened = acting(() => advance(account, until, stripe.origin));
    return { ...shown(account), happened: happened.map(({ at, ...rest }) => ({ at: textOf(at), ...rest })) };
  });

  server.delete('/v1/stripe/clock', (request, reply) => {
    release(accountOf(stripe, valid(z.strictObject(accountFields), request.query)));
    return reply.status(204).send();
  });
}

function shown(account: Account): object {
  return { accountId: account.id, at: textOf(account.now()), held: account.heldAt !== undefined };
}

function secondsOf(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

function textOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
