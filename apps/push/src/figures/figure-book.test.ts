import { describe, expect, it } from '@jest/globals';
import { openDatabase } from '@signalbox/database';
import { createLogger } from '@signalbox/telemetry';
import { usePostgres } from '@signalbox/testing';
import { BreakerStates } from '../breakers/breaker-states.js';
import { FigureBook } from './figure-book.js';
import { Figures } from './figures.js';

describe('what a process did', () => {
  const postgres = usePostgres();
  const logger = createLogger('push', 'silent');
  const bookOf = (figures: Figures, database = postgres.database()) =>
    new FigureBook(database, figures, new BreakerStates(), logger);
  const rows = async () =>
    (
      await postgres
        .database()
        .query('SELECT provider, lane, accepted, sent, failed, retried, latency FROM push_figure')
    ).rows;

  it('is written down once, by provider and lane, and nothing is where nothing happened', async () => {
    const figures = new Figures();
    const book = bookOf(figures);
    await book.stop();
    expect(await rows()).toEqual([]);
    figures.accepted('bulk', 3);
    figures.attempted('fcm', 'bulk', 'sent', 4);
    figures.attempted('fcm', 'bulk', 'retry', 700);
    figures.attempted('fcm', 'bulk', 'ambiguous', 12_000);
    figures.ended('fcm', 'bulk', true, 1);
    figures.ended('fcm', 'bulk', false, 2);
    await book.stop();
    await book.stop();
    expect(await rows()).toEqual([
      {
        provider: '*',
        lane: 'bulk',
        accepted: 3,
        sent: 0,
        failed: 0,
        retried: 0,
        latency: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      },
      {
        provider: 'fcm',
        lane: 'bulk',
        accepted: 0,
        sent: 1,
        failed: 2,
        retried: 2,
        latency: [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1],
      },
    ]);
  });

  it('is kept while the database does not answer, and is written with what comes', async () => {
    await postgres.database().query('DELETE FROM push_figure');
    const figures = new Figures();
    const away = openDatabase({ url: 'postgres://127.0.0.1:9/none', name: 'away', onIdleError: () => undefined });
    figures.accepted('transactional', 3);
    figures.attempted('apns', 'transactional', 'sent', 1);
    await bookOf(figures, away).stop();
    await away.close();
    figures.accepted('transactional', 4);
    await bookOf(figures).stop();
    expect(await rows()).toMatchObject([
      { provider: '*', accepted: 7 },
      { provider: 'apns', latency: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    ]);
  });
});
