import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { callService } from '../api-client.js';
import { defineCommand, UsageError } from '../command.js';
import { facts, table } from '../table.js';
import { appOrDefault } from './which-app.js';

const credential = z.looseObject({
  id: z.string(),
  provider: z.string(),
  version: z.number(),
  summary: z.record(z.string(), z.unknown()),
});
const credentialList = z.looseObject({ items: z.array(credential) });

const summaryOf = (one: z.output<typeof credential>): string =>
  Object.entries(one.summary)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

export const putCredential = defineCommand({
  words: 'credential put',
  about:
    "Store or rotate an app's credential for a provider (apns, fcm, webpush, stripe or braintree). Workers pick up a new version by themselves.",
  operands: ['provider'],
  options: {
    app: { type: 'string', value: '<id>', about: 'the app (default: SIGNALBOX_APP, else the demo app)' },
    file: {
      type: 'string',
      value: '<path>',
      about: 'JSON of the credential; for fcm the service account file; - reads standard input',
    },
    'key-file': {
      type: 'string',
      value: '<path>',
      about: 'apns: the AuthKey_XXXXXXXXXX.p8 file from Apple (instead of --file)',
    },
    'key-id': { type: 'string', value: '<id>', about: 'apns: the ten characters of the key id' },
    'team-id': { type: 'string', value: '<id>', about: 'apns: the ten characters of the team id' },
  },
  notes: 'Secrets are read from files, never from the command line, where other users of the machine could see them.',
  async run({ settings, operands: [provider = ''], options, show, signal, readInput }) {
    const body = await readCredential(options, readInput);
    const app = encodeURIComponent(appOrDefault(options.app, settings));
    const path = `/v1/apps/${app}/credentials/${encodeURIComponent(provider)}`;
    const request = { as: 'operator', method: 'PUT', path, body, answer: credential, signal } as const;
    show(await callService(settings.services.auth, request), (stored) =>
      facts([
        ['id', stored.id],
        ['provider', stored.provider],
        ['version', String(stored.version)],
        ['summary', summaryOf(stored)],
      ]),
    );
  },
});

export const listCredentials = defineCommand({
  words: 'credential list',
  about: "List an app's credentials (summaries only).",
  options: { app: { type: 'string', value: '<id>', about: 'the app (default: SIGNALBOX_APP, else the demo app)' } },
  async run({ settings, options, show, signal }) {
    const path = `/v1/apps/${encodeURIComponent(appOrDefault(options.app, settings))}/credentials`;
    const request = { as: 'operator', method: 'GET', path, answer: credentialList, signal } as const;
    show(await callService(settings.services.auth, request), ({ items }) =>
      table(
        ['ID', 'PROVIDER', 'VERSION', 'SUMMARY'],
        items.map((one) => [one.id, one.provider, String(one.version), summaryOf(one)]),
      ),
    );
  },
});

interface CredentialSource {
  readonly file?: string;
  readonly 'key-file'?: string;
  readonly 'key-id'?: string;
  readonly 'team-id'?: string;
}

async function readCredential(source: CredentialSource, readInput: () => Promise<string>): Promise<unknown> {
  if (source['key-file'] !== undefined) {
    if (source.file !== undefined) throw new UsageError('give --file or --key-file, not both');
    return { teamId: source['team-id'], keyId: source['key-id'], privateKey: await readText(source['key-file']) };
  }
  if (source.file === undefined)
    throw new UsageError('say where the credential is: --file <path>, or --key-file for apns');
  const text = source.file === '-' ? await readInput() : await readText(source.file);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${source.file} is not JSON; a .p8 key goes to --key-file`);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
