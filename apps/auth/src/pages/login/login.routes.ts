import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { consentPage } from '../consent/consent-page.js';
import { again, type Answer, type Desk, follow, type Guest, wrongWhere } from '../desk.js';
import type { Page } from '../document/document.js';
import type { FormProblem } from '../forms/form-problem.js';
import { readEmail, readPassword } from '../forms/read-fields.js';
import type { ProviderButton } from '../ports.js';
import { loginPage } from './login-page.js';
import { REFUSED_PAGES, refusedPage } from './refused-page.js';

/** Where a sign-in begins, and how it ends without one. */
export async function loginRoutes(fastify: FastifyInstance, desk: Desk): Promise<void> {
  fastify.get(
    '/sign-in/:uid',
    desk.showing(async (guest, request) => ({
      show: guest.open.prompt === 'consent' ? await confirm(desk, guest) : await ask(desk, guest, request),
    })),
  );

  // Also for somebody who is signed in already and wants to be somebody else.
  fastify.get(
    '/sign-in/:uid/login',
    desk.showing(async (guest, request) => ({ show: await ask(desk, guest, request) })),
  );
  fastify.post(
    '/sign-in/:uid/login',
    desk.taking('login', async (guest, form) => logIn(desk, guest, form)),
  );

  fastify.post(
    '/sign-in/:uid/cancel',
    desk.taking('', async ({ open }) => ({ goTo: await desk.parts.flow.cancel(open) })),
  );

  for (const reason of ['unusual', 'account', 'password_reset_due'] as const) {
    fastify.get(
      `/sign-in/:uid/${REFUSED_PAGES[reason]}`,
      desk.showing(async ({ open, words }) => ({ show: refusedPage(reason, open.uid, words) })),
    );
  }
}

async function ask(desk: Desk, guest: Guest, request: FastifyRequest): Promise<Page> {
  const { open, trail, theme } = guest;
  const providers = await desk.parts.providers(open.appId);
  return loginPage({
    ...guest,
    uid: open.uid,
    appName: theme.displayName,
    email: trail.values.email ?? open.loginHint,
    problems: [...trail.problems, ...troubleIn(request, providers)],
    providers,
    mayRegister: open.client.settings.registration === 'open',
  });
}

async function confirm({ parts }: Desk, guest: Guest): Promise<Page> {
  const { open, trail, theme } = guest;
  const person = open.userId === undefined ? undefined : await parts.personOf(open.userId);
  return consentPage({ ...guest, uid: open.uid, appName: theme.displayName, problems: trail.problems, person });
}

async function logIn({ parts }: Desk, guest: Guest, form: URLSearchParams): Promise<Answer> {
  const { open, appId, visitor } = guest;
  const [email, password] = [readEmail(form), readPassword(form, 'password_missing')];
  const problems = [...email.problems, ...password.problems];
  const values = { email: email.typed };
  if (problems.length > 0) return again(guest, 'login', problems, values);
  const attempt = await parts.passwords.attempt({ appId, email: email.typed, password: password.typed, visitor });
  switch (attempt.end) {
    case 'passed': {
      const { userId, passwordVersion } = attempt;
      const factor = { method: 'pwd', userId, passwordVersion, strength: 1 } as const;
      return follow(guest, await parts.flow.passed(open, factor, visitor), values);
    }
    case 'refused':
      return again(guest, 'login', [wrongWhere(open.client.settings)], values);
    case 'slow_down':
      return again(guest, 'login', [{ code: 'slow_down', seconds: attempt.retryAfterSeconds }], values);
  }
}

/**
 * What became of the way through a provider, as its part says it in the address: `?trouble=silent&with=google`. A link that
 * says so is no harm: it can name only what there are words for, and only providers of this app.
 */
const trouble = z.object({ trouble: z.enum(['silent', 'failed', 'cancelled', 'needs_proof']), with: z.string() });
const CODE_OF = {
  silent: 'provider_silent',
  failed: 'provider_failed',
  cancelled: 'provider_cancelled',
  needs_proof: 'needs_proof',
} as const;

function troubleIn({ query }: FastifyRequest, providers: readonly ProviderButton[]): FormProblem[] {
  const told = trouble.safeParse(query).data;
  const provider = providers.find(({ name }) => name === told?.with);
  return told === undefined || provider === undefined ? [] : [{ code: CODE_OF[told.trouble], name: provider.label }];
}
