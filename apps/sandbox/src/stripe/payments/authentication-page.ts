import type { FastifyInstance } from 'fastify';
import { authenticateSetup } from '../customers/setup-intents.js';
import { Refused } from '../wire/refused.js';
import type { Accounts } from '../world/accounts.js';
import { authenticate } from './authenticate.js';

/** The page of the cardholder's bank, which `next_action` leads to: two buttons instead of a one-time password. */
export function addAuthenticationPage(server: FastifyInstance, accounts: Accounts): void {
  server.get<{ Params: { id: string } }>('/authenticate/:id', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(page(request.params.id)),
  );

  server.post<{ Params: { id: string }; Querystring: { outcome?: string } }>('/authenticate/:id', (request, reply) => {
    const { id } = request.params;
    const outcome = request.query.outcome === 'fail' ? 'fail' : 'succeed';
    reply.type('text/plain; charset=utf-8');
    for (const account of accounts.all()) {
      const [payment, setup] = [account.objects.find('payment_intent', id), account.objects.find('setup_intent', id)];
      const returnUrl = returnUrlOf(payment?.next_action ?? setup?.next_action);
      try {
        if (payment) authenticate(account, payment, outcome);
        else if (setup) authenticateSetup(account, setup, outcome);
        else continue;
      } catch (error) {
        if (error instanceof Refused) return reply.status(error.status).send(error.message);
        throw error;
      }
      if (returnUrl !== undefined) return reply.redirect(returnUrl, 303);
      return reply.send(`${id} is ${String((payment ?? setup)?.status)}`);
    }
    return reply.status(404).send('There is no such intent.');
  });
}

function returnUrlOf(action: Record<string, unknown> | null | undefined): string | undefined {
  return (action?.['redirect_to_url'] as { return_url?: string } | undefined)?.return_url;
}

function page(id: string): string {
  const shown = id.replaceAll(/[^A-Za-z0-9_]/g, '');
  return `<!DOCTYPE html><html lang="en"><title>Your bank</title><h1>Is this you?</h1><p>Payment ${shown}</p>
<form method="post" action="/authenticate/${shown}?outcome=succeed"><button>Yes, pay</button></form>
<form method="post" action="/authenticate/${shown}?outcome=fail"><button>No</button></form></html>\n`;
}
