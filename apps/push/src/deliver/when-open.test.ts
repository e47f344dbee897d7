import { describe, expect, it } from '@jest/globals';
import { newUuid, type Uuid } from '@signalbox/contracts';
import { createLogger, createMetrics } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { BreakerDesk } from '../breakers/breaker-desk.js';
import { BreakerStates } from '../breakers/breaker-states.js';
import { FigureBook } from '../figures/figure-book.js';
import { Figures } from '../figures/figures.js';
import { passageFor } from '../holds/holds.js';
import type { AttemptOutcome, PushMessage } from '../providers/push-provider.js';
import { AttemptLog } from './attempt-log.js';
import { CredentialBreakers, OF_PUSH_SERVICE } from './credential-breakers.js';
import { whenOpen } from './when-open.js';

const timeout: AttemptOutcome = { kind: 'ambiguous', reason: 'TIMEOUT', afterMs: 1, raw: {} };
const DEVICE: PushMessage['device'] = {
  id: newUuid(),
  target: 'https://push.example.com/x/1',
  targetKind: 'webpush',
  environment: 'sandbox',
  registeredAt: new Date(0),
};

describe('a breaker that opens in one process', () => {
  const postgres = usePostgres();
  const logger = createLogger('push', 'silent');

  /** The breakers of a process, and what it tells of them. */
  function process(provider: 'apns' | 'webpush') {
    const [database, states, figures] = [postgres.database(), new BreakerStates(), new Figures()];
    const attempts = new AttemptLog(logger, createMetrics('test'), figures);
    const events = whenOpen(provider, provider === 'apns', { database, attempts, states, logger });
    const breakers =
      provider === 'apns' ? new CredentialBreakers(events) : new CredentialBreakers(events, OF_PUSH_SERVICE);
    const book = new FigureBook(database, figures, states, logger);
    let calls = 0;
    const fail = async (credential: Uuid, times: number): Promise<number> => {
      for (let time = 0; time < times; time += 1) {
        await breakers.call(credential, DEVICE, () => {
          calls += 1;
          return Promise.resolve(timeout);
        });
        // What an open breaker asks the database goes on beside the calls.
        await database.query('SELECT');
      }
      return calls;
    };
    return { fail, tell: () => book.stop() };
  }

  async function makeCredential(provider: string): Promise<Uuid> {
    const [id, app] = [newUuid(), newUuid()];
    await postgres.database().query(`INSERT INTO app (id, name, mode) VALUES ($1, 'a', 'test')`, [app]);
    await postgres
      .database()
      .query(
        `INSERT INTO credential (id, app_id, provider, version, sealed, summary) VALUES ($1, $2, $3, 1, '\\x00', '{}')`,
        [id, app, provider],
      );
    return id;
  }
  const desk = () => new BreakerDesk(postgres.database());

  it('stops the credential everywhere, and tells since when and what the last answers were', async () => {
    const credential = await makeCredential('apns');
    const { fail, tell } = process('apns');
    expect(await fail(credential, 40)).toBeLessThan(20);
    expect(await passageFor(postgres.database(), credential, 'bulk')).toMatchObject({
      reason: 'provider_does_not_answer',
    });
    await tell();
    const [view] = (await desk().list()).filter(({ processes }) => processes.some(({ service }) => service === ''));
    expect(view!.processes).toMatchObject([
      { state: 'open', process: expect.stringMatching(/:\d+$/), answers: [{ reason: 'TIMEOUT' }, {}, {}] },
    ]);
  });

  it('stops only calls to that host where browsers are concerned, and tells which', async () => {
    const credential = await makeCredential('webpush');
    const { fail, tell } = process('webpush');
    await fail(credential, 40);
    expect(await passageFor(postgres.database(), credential, 'bulk')).toEqual({ passage: 'free' });
    await tell();
    const views = (await desk().list()).flatMap(({ processes }) => processes);
    expect(views).toContainEqual(expect.objectContaining({ service: 'push.example.com', state: 'open' }));
  });

  it('makes every call nevertheless while an operator keeps it closed, and tells so', async () => {
    const credential = await makeCredential('apns');
    await desk().set(credential, { position: 'closed', reason: 'it flaps' });
    const { fail, tell } = process('apns');
    // But for the moment in which it asks whether it may.
    expect(await fail(credential, 60)).toBeGreaterThan(55);
    expect(await passageFor(postgres.database(), credential, 'bulk')).toEqual({ passage: 'free' });
    await tell();
    const views = (await desk().list()).filter(({ position }) => position === 'closed');
    expect(views[0]!.processes).toMatchObject([{ state: 'let_through' }]);
  });
});
