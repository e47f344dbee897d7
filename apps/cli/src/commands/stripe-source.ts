import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand, UsageError } from '../command.js';
import { facts, table } from '../table.js';

const source = z.looseObject({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  shape: z.string(),
  livemode: z.boolean(),
  path: z.string(),
});
const sourcePage = z.looseObject({ items: z.array(source), next: z.string().nullable() });

export const createStripeSource = defineCommand({
  words: 'stripe-source create',
  about: "Take webhooks of one of Stripe's event destinations; prints the path that it is to post to.",
  operands: ['name'],
  options: {
    'secret-file': {
      type: 'string',
      value: '<path>',
      about: 'holds the signing secret of the destination (whsec_...); - reads standard input',
    },
    scope: { type: 'string', value: 'account|connect', about: 'whose events it sends (default: account)' },
    shape: { type: 'string', value: 'snapshot|thin', about: 'its payload style (default: snapshot)' },
  },
  notes: 'Secrets are read from files, never from the command line, where other users of the machine could see them.',
  async run({ settings, operands: [name], options, show, signal, readInput }) {
    const { 'secret-file': file, scope, shape } = options;
    if (file === undefined) throw new UsageError('say where the signing secret is: --secret-file <path>');
    const secret = (file === '-' ? await readInput() : await readText(file)).trim();
    const body = { name, secrets: [{ secret }], ...(scope && { scope }), ...(shape && { shape }) };
    const request = { as: 'app', method: 'POST', path: '/v1/stripe-sources', body, answer: source, signal } as const;
    show(await callService(settings.services.payments, request), (made) =>
      facts([
        ['id', made.id],
        ['path', made.path],
        ['of', `${made.livemode ? 'live' : 'test'} ${made.shape} events, ${made.scope}`],
      ]),
    );
  },
});

export const listStripeSources = defineCommand({
  words: 'stripe-source list',
  about: "List the app's Stripe sources, oldest first.",
  async run({ settings, show, signal }) {
    const request = { as: 'app', method: 'GET', path: '/v1/stripe-sources', answer: sourcePage, signal } as const;
    show(await callService(settings.services.payments, request), ({ items }) =>
      table(
        ['ID', 'NAME', 'SCOPE', 'SHAPE', 'MODE', 'PATH'],
        items.map((one) => [one.id, one.name, one.scope, one.shape, one.livemode ? 'live' : 'test', one.path]),
      ),
    );
  },
});

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
