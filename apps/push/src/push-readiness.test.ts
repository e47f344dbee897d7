import { describe, expect, it } from '@jest/globals';
import { QUEUES } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { type Progress, pushReadiness } from './push-readiness.js';

describe('a push process is ready', () => {
  const postgres = usePostgres();
  const ago = (ms: number) => () => performance.now() - ms;
  const readiness = (changes: Partial<Progress> = {}) =>
    pushReadiness({
      database: postgres.database(),
      lastOfferRoundAt: ago(500),
      lastWorkEndedAt: ago(100),
      queues: [QUEUES.apnsBulk],
      oldestDueSeconds: () => 0,
      ...changes,
    });

  it('while due work is offered and done', async () => {
    expect(await readiness()).toMatchObject({ ready: true, checks: { database: 'ok' } });
  });

  it('with a backlog of an hour that moves', async () => {
    expect((await readiness({ oldestDueSeconds: () => 3_600 })).ready).toBe(true);
  });

  it('with nothing due, however long it has been idle', async () => {
    expect((await readiness({ lastWorkEndedAt: ago(3_600_000) })).ready).toBe(true);
    expect((await readiness({ lastWorkEndedAt: () => undefined })).ready).toBe(true);
  });

  it('not when work is overdue and it ends none', async () => {
    const stuck = await readiness({ oldestDueSeconds: () => 61, lastWorkEndedAt: ago(31_000) });
    expect(stuck).toMatchObject({ ready: false, checks: { work: expect.stringContaining('due for 61 s') } });
  });

  it('not when no round of offers was complete for ten seconds, or none ever was', async () => {
    expect((await readiness({ lastOfferRoundAt: ago(11_000) })).ready).toBe(false);
    expect((await readiness({ lastOfferRoundAt: () => undefined })).ready).toBe(false);
  });
});
