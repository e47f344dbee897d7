import { defineCommand, UsageError } from '../command.js';

export const doctor = defineCommand({
  words: 'doctor',
  about: 'Check the installation: services, database, queues, credentials. Changes nothing and sends nothing.',
  options: {
    app: { type: 'string', value: '<id>', about: 'try the credentials of this app only (default: of every app)' },
    offline: { type: 'boolean', about: 'do not have the services try credentials with the providers' },
    days: { type: 'string', value: '<n>', about: 'hold this many days against the invariants (default: 7)' },
    patience: { type: 'string', value: '<s>', about: 'seconds that one statement may take (default: 30)' },
  },
  notes:
    'It reads the database of DATABASE_URL and the Redis of REDIS_URL, or those that npm start left in .signalbox/local.json, over a read-only\n' +
    'session. Exit code: 0 nothing is wrong, 1 something is, 2 there was nothing to check. docs/doctor.md has every check.',
  async run({ settings, options, show, signal }) {
    const { app, offline = false } = options;
    const days = atLeastOne('days', options.days ?? '7');
    const patience = atLeastOne('patience', options.patience ?? '30');
    // Everything else the tool does is done without the libraries of the services.
    const { examine, report } = await import('../doctor/examine.js');
    const answer = await examine({ settings, app, offline, days, patience, signal });
    show(answer, report);
    return answer.exitCode;
  },
});

function atLeastOne(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} wants a whole number from 1 on`);
  return number;
}
