import type { Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import type { FastifyInstance } from 'fastify';
import { again, type Answer, type Desk, follow, type Guest } from '../desk.js';
import { readDigits } from '../forms/read-fields.js';
import { pathOf } from '../paths.js';
import { enrolPage, recoveryCodesPage } from './enrol-pages.js';

/** For whoever has to have a second factor and has none. */
export async function enrolRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.get(
    '/sign-in/:uid/enrol',
    desk.showing(async (guest) => show(desk, guest)),
  );
  fastify.post(
    '/sign-in/:uid/enrol',
    desk.taking('enrol', async (guest, form) => turnOn(desk, guest, form)),
  );
  fastify.get(
    '/sign-in/:uid/enrol/codes',
    desk.showing(async ({ open, trail, words, token }) =>
      trail.codes === undefined
        ? { goTo: pathOf(open.uid) }
        : { show: recoveryCodesPage({ uid: open.uid, token, words, codes: trail.codes }) },
    ),
  );
  fastify.post(
    '/sign-in/:uid/enrol/codes',
    desk.taking('enrol/codes', async ({ open, trail }) => ({ goTo: trail.goOn ?? pathOf(open.uid) })),
  );
}

/** Whether this sign-in is at that point: a second factor is set up by whoever has to, and never beside one that is there. */
async function ownerOf({ parts }: Desk, { open }: Guest): Promise<Uuid | undefined> {
  const { userId, needs } = await parts.flow.progressOf(open);
  if (needs !== 'enrol' || userId === undefined) return undefined;
  // One may have been set up elsewhere since this sign-in came here.
  return (await parts.secondFactors.methodsOf(userId)).length === 0 ? userId : undefined;
}

async function show(desk: Desk, guest: Guest): Promise<Answer> {
  const { open, appId, trail, theme, words } = guest;
  const userId = await ownerOf(desk, guest);
  if (userId === undefined) return { goTo: pathOf(open.uid) };
  // The page comes again with the key that may be in the authenticator app already.
  if (trail.enrolment === undefined) {
    const person = await desk.parts.personOf(userId);
    const shown = { issuer: theme.displayName, account: person?.email ?? person?.name ?? theme.displayName };
    const { id, secret, url } = await desk.parts.totp.enrol({ appId, userId }, words.enrol.factorName, shown);
    return { goTo: pathOf(open.uid, 'enrol'), leaving: { enrolment: { id, secret, url }, problems: trail.problems } };
  }
  const { secret, url } = trail.enrolment;
  const appName = theme.displayName;
  return { show: enrolPage({ ...guest, uid: open.uid, appName, secret, url, problems: trail.problems }) };
}

async function turnOn(desk: Desk, guest: Guest, form: URLSearchParams): Promise<Answer> {
  const { open, appId, visitor, trail } = guest;
  const userId = await ownerOf(desk, guest);
  if (userId === undefined || trail.enrolment === undefined) return { goTo: pathOf(open.uid, 'enrol') };
  const { typed, problems } = readDigits(form);
  if (problems.length > 0) return again(guest, 'enrol', problems);
  // Who is signed out everywhere while this runs has lost the password that it began with.
  const stillAsks = async (tx: Sql): Promise<boolean> => (await desk.parts.flow.progressOf(open, tx)).needs === 'enrol';
  const confirmed = await desk.parts.totp.confirm({ appId, userId, stillAsks }, trail.enrolment.id, typed);
  switch (confirmed.end) {
    case 'confirmed': {
      const step = await desk.parts.flow.passed(open, { method: 'otp', userId, strength: 1 }, visitor);
      const next = follow(guest, step);
      const codes = [...confirmed.recoveryCodes];
      if (codes.length === 0 || !('goTo' in next)) return next;
      return { goTo: pathOf(open.uid, 'enrol/codes'), leaving: { codes, goOn: next.goTo, enrolment: undefined } };
    }
    case 'wrong_code':
      return again(guest, 'enrol', [{ code: 'code_wrong' }]);
    case 'signed_out':
    case 'not_pending':
      return {
        goTo: pathOf(open.uid, 'enrol'),
        leaving: { enrolment: undefined, problems: [{ code: 'form_stale' }] },
      };
  }
}
