import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sizeOfTest, startSandbox, type TestSandbox, usePostgres } from '@signalbox/testing';
import { readDocument } from '../api/source/files.ts';
import { type ApiDocument, SERVICES, type Service } from '../api/source/services.ts';
import { type AccessStage, startAccessStage } from './access-stage.js';
import { makeBelongings } from './belongings/belongings.js';
import { fuzz } from './fuzz/campaign.js';
import { makeAskers } from './owasp/askers.js';
import { ASKERS } from './owasp/policy.js';
import { matrixOf } from './owasp/matrix.js';
import { allRoutes } from './routes.js';

/** All routes together. */
const REQUESTS = sizeOfTest('FUZZ_REQUESTS', 5_000);
/** The same requests in every run, so that a build is red for what was changed; `npm run fuzz` takes new ones each time. */
const SEED = sizeOfTest('FUZZ_SEED', 1);

/** Real processes of every service, and apps that have one of everything. */
describe('the API', () => {
  let stage: AccessStage;
  let sandbox: TestSandbox;
  afterAll(async () => {
    await Promise.all([stage.stop(), sandbox.stop()]);
  }, 60_000);
  const postgres = usePostgres();
  const documents = Object.fromEntries(SERVICES.map((service) => [service, readDocument(service)])) as Record<
    Service,
    ApiDocument
  >;
  beforeAll(async () => {
    const env = { WEBHOOK_ALLOW_PRIVATE: 'true' };
    const settings = { databaseUrl: postgres.url(), redisUrl: undefined, env };
    [sandbox, stage] = await Promise.all([startSandbox(), startAccessStage(postgres.database(), settings)]);
  }, 120_000);

  const make = () => makeBelongings(stage, postgres.database(), sandbox);

  it('OWASP: every route answers everybody as its policy says, about things that are there', async () => {
    const [own, others] = await Promise.all([make(), make()]);
    const routes = allRoutes(documents);
    const castFor = await makeAskers(stage, postgres.database(), own, others);
    const { lines, answers, wrong } = await matrixOf(stage, routes, own, castFor);
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    expect(answers).toBeGreaterThanOrEqual(routes.length * ASKERS.length);
    expect(lines).toMatchSnapshot();
  }, 300_000);

  it(`fuzz: ${REQUESTS} requests over every route, good and bad: no 5xx, and every answer is as the documents say`, async () => {
    const [own, others] = await Promise.all([make(), make()]);
    const { requests, statuses, failures } = await fuzz(
      stage,
      documents,
      { own, others },
      { requests: REQUESTS, seed: SEED },
    );
    if (failures.length > 0) throw new Error(failures.join('\n\n'));
    expect(requests).toBeGreaterThanOrEqual(REQUESTS);
    // Both what is taken and what is refused was looked at.
    const looked = ['200', '201', '202', '204', '400', '401', '403', '404', '409', '415', '422'];
    expect(Object.keys(statuses)).toEqual(expect.arrayContaining(looked));
  }, 900_000);
});
