import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DeadLetterRunView, formatId, newUuid } from '@signalbox/contracts';
import {
  describeInChromium,
  eventually,
  sizeOfTest,
  startChromium,
  useOwnRedis,
  usePostgres,
} from '@signalbox/testing';
import { type ConsoleOnStage, OPERATOR_PASSWORD, startConsoleOver } from './console-stage.js';
import { openWork, violations } from './invariant.js';
import { insertLetters } from './letters-by-sql.js';
import { type Stack, startStack } from './stack.js';

const LETTERS = 100_000;
const REASONS = 5;
const GROUP = LETTERS / REASONS;
/** Pages of each kind that are asked for, one after the other. */
const PAGES = sizeOfTest('PAGES_EACH', 25);
const PAGE_WITHIN_MS = 200;
/** A plain page and a count that no letter takes part in, asked beside each page that is measured. */
const COUNT_ALONE = 'SELECT count(*) FROM generate_series(1, 400000)';
/** What the two take together on a machine that is left alone; where they take longer, the pages may too. */
const MACHINE_MS = 130;
const IS_LONG = PAGES >= 100;
const PER_SECOND = 500;
/** What comes at once: a fifth of a second's letters. */
const SLICE = PER_SECOND / 5;
/** Seconds of the replay over which its pace is measured. */
const MEASURED_SECONDS = 6;
const STOPS_WITHIN_MS = 1_000;

/** A bad night: 100,000 letters of five reasons, seen and dealt with by an operator at the console. */
describe('a hundred thousand dead letters', () => {
  let stack: Stack;
  let operators: ConsoleOnStage;
  let cookies = '';
  /** What the forms of this session carry. */
  let formToken = '';
  afterAll(async () => {
    await operators.stop();
    await stack.stop();
  }, 30_000);
  const redis = useOwnRedis();
  const postgres = usePostgres();
  const sql = async <Row>(text: string, params: unknown[] = []): Promise<Row[]> =>
    (await postgres.database().query<Row>(text, params)).rows;

  beforeAll(async () => {
    stack = await startStack({ databaseUrl: postgres.url(), redisUrl: redis()?.url });
    operators = await startConsoleOver(stack);
    await insertLetters(stack, postgres.database(), { letters: LETTERS, reasons: REASONS, phones: 6_000 });
    expect((await ask('POST', '/login', { password: OPERATOR_PASSWORD })).status).toBe(303);
    formToken = /name="csrf" value="([^"]+)"/.exec(await page('/'))![1]!;
  }, 120_000);

  async function ask(method: string, path: string, form?: Record<string, string>): Promise<Response> {
    const headers = { origin: operators.url, cookie: cookies, accept: 'text/html', 'x-xsrf-token': formToken };
    const body = form === undefined ? null : new URLSearchParams(form);
    const answer = await fetch(operators.url + path, { method, headers, body, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) cookies = `${cookie.split(';')[0]!}; ${cookies}`;
    return answer;
  }
  const page = async (path: string): Promise<string> => {
    const answer = await ask('GET', path);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.text();
  };
  const group = (reason: number) => ({
    ...{ appId: stack.app.id, provider: 'apns', lane: 'transactional', reason: `Reason ${reason}` },
  });
  const newRun = (): string => formatId('deadLetterRun', newUuid());
  const run = async (id: string): Promise<DeadLetterRunView> =>
    (await stack.push_('GET', `/v1/dead-letters/runs/${id}`)).body as DeadLetterRunView;
  const openOf = async (reason: number): Promise<number> =>
    (
      await sql<{ n: number }>(`SELECT count(*)::int AS n FROM dead_letter WHERE resolution IS NULL AND reason = $1`, [
        `Reason ${reason}`,
      ])
    )[0]!.n;

  it('are looked through in pages of less than a fifth of a second', async () => {
    const [deep] = await sql<{ id: string }>(
      `SELECT id FROM dead_letter WHERE reason = 'Reason 3' ORDER BY id OFFSET $1 LIMIT 1`,
      [GROUP - 1_000],
    );
    const letter = formatId('delivery', deep!.id);
    const ofGroup = new URLSearchParams({ ...group(3), after: letter }).toString();
    const kinds = {
      groups: '/dead-letters',
      'deep in a group': `/dead-letters/list?${ofGroup}`,
      'deep in all': `/dead-letters/list?after=${letter}`,
      'one letter': `/dead-letters/${letter}`,
    };
    const groups = await page(kinds.groups);
    expect(groups).toContain('<b>100,000 dead letters</b> are open');
    expect(groups.match(/20,000 letters/g)).toHaveLength(REASONS);
    expect((await page(kinds['deep in a group'])).match(/href="\/dead-letters\/dlv_/g)).toHaveLength(50);
    expect(await page(kinds['one letter'])).toContain('ServiceUnavailable');
    const took: Record<string, number[]> = {};
    const time = async (kind: string, ask: () => Promise<unknown>): Promise<void> => {
      const from = performance.now();
      await ask();
      (took[kind] ??= []).push(performance.now() - from);
    };
    for (let asked = 0; asked < PAGES; asked += 1) {
      for (const [kind, path] of Object.entries(kinds)) await time(kind, () => page(path));
      await time('the machine', async () => [await page('/roles'), await sql(COUNT_ALONE)]);
    }
    const p95 = (each: number[]): number => Math.round(each.toSorted((a, b) => a - b)[Math.ceil(PAGES * 0.95) - 1]!);
    const slowest = Object.fromEntries(Object.entries(took).map(([kind, each]) => [kind, p95(each)]));
    process.stdout.write(`pages over ${LETTERS} letters, p95 in ms: ${JSON.stringify(slowest)}\n`);
    const within = PAGE_WITHIN_MS * Math.max(1, slowest['the machine']! / MACHINE_MS);
    for (const kind of Object.keys(kinds)) expect([kind, slowest[kind]! < within]).toEqual([kind, true]);
  }, 120_000);

  it('are replayed at the pace that was chosen, once though the button is pressed twice, until somebody stops it', async () => {
    const id = newRun();
    const form = { ...group(0), run: id, perSecond: `${PER_SECOND}` };
    const presses = await Promise.all([1, 2].map(() => ask('POST', '/dead-letters/replay', form)));
    expect(presses.map((answer) => answer.headers.get('location'))).toEqual(
      [1, 2].map(() => `/dead-letters/runs/${id}`),
    );
    const otherTab = await ask('POST', '/dead-letters/replay', { ...form, run: newRun() });
    expect(otherTab.headers.get('location')).toBe('/dead-letters');
    expect(await page('/dead-letters')).toContain(`${id} does the same with the same letters`);

    const runPage = await page(`/dead-letters/runs/${id}`);
    expect(runPage).toContain('20,000 letters are being sent again, at most 500 a second');
    const part = /data-progress="([^"]+)"/.exec(runPage)![1]!;
    await eventually(async () => expect((await run(id)).done).toBeGreaterThan(PER_SECOND * MEASURED_SECONDS), {
      within: 3_000 * MEASURED_SECONDS,
      every: 100,
    });
    expect(await page(part)).toMatch(/<progress max="20000" value="[3-9]\d\d\d"/);

    const from = performance.now();
    expect((await ask('POST', `/dead-letters/runs/${id}/stop`)).status).toBe(303);
    const stoppedAfter = performance.now() - from;
    const stopped = await run(id);
    expect(stopped).toMatchObject({ state: 'stopped', letters: GROUP });
    expect(stoppedAfter).toBeLessThan(STOPS_WITHIN_MS);

    await eventually(async () => expect(await openWork(postgres.database())).toBe(0), { within: 15_000 });
    expect(await run(id)).toEqual(stopped);
    expect(await openOf(0)).toBe(GROUP - stopped.done);
    expect(await page(`/dead-letters/runs/${id}`)).toContain('the others stay open');
    // The first of them is the notification that was never dead.
    const sent = stack.received().slice(1);
    expect(sent).toHaveLength(stopped.done);
    expect(new Set(sent.map(({ token }) => token)).size).toBe(stopped.done);
    const pace = paceOf(sent.map(({ receivedAt }) => Date.parse(receivedAt)));
    process.stdout.write(
      `replay at ${PER_SECOND}/s: ${pace.toFixed(0)}/s at the provider, ${stopped.done} of ${GROUP}, stopped in ${stoppedAfter.toFixed(0)} ms\n`,
    );
    expect(pace / PER_SECOND).toBeLessThan(1.1);
    // Slower it may be where others want the machine, too: what was late is not made up for.
    expect(pace / PER_SECOND).toBeGreaterThan(IS_LONG ? 0.9 : 0.4);
    expect(await violations(postgres.database())).toEqual([]);
  }, 90_000);

  it('are discarded with a note, all of a group, and the facts say by whom and why', async () => {
    const id = newRun();
    const form = { ...group(4), run: id };
    const refused = await ask('POST', '/dead-letters/discard', { ...form, note: ' ' });
    expect([refused.headers.get('location'), (await run(id)).state]).toEqual(['/dead-letters', undefined]);
    await ask('POST', '/dead-letters/discard', { ...form, note: 'a test of last week' });
    await eventually(async () => expect((await run(id)).state).toBe('done'), { within: 60_000, every: 250 });
    expect(await run(id)).toMatchObject({ done: GROUP, letters: GROUP, note: 'a test of last week' });
    expect(await openOf(4)).toBe(0);
    const facts = await sql<{ type: string; data: object }>(
      `SELECT type, payload AS data FROM event_log WHERE subject = $1 ORDER BY id`,
      [id],
    );
    expect(facts).toEqual([
      {
        type: 'dead_letter_run.started',
        data: expect.objectContaining({ action: 'discard', note: 'a test of last week', startedBy: 'break_glass' }),
      },
      { type: 'dead_letter_run.ended', data: { done: GROUP, letters: GROUP } },
    ]);
    expect(await violations(postgres.database())).toEqual([]);
  }, 90_000);

  describeInChromium('in a browser', () => {
    it('are replayed by a double click as one run, whose page shows how far it is until Stop is pressed', async () => {
      const browser = await startChromium();
      try {
        const context = await browser.newContext({ viewport: { width: 1_280, height: 860 } });
        context.setDefaultTimeout(20_000);
        const tab = await context.newPage();
        await tab.goto(`${operators.url}/login?next=/dead-letters`);
        await tab.fill('input[type=password]', OPERATOR_PASSWORD);
        await tab.keyboard.press('Enter');
        const card = tab.locator('section.group', { has: tab.getByRole('heading', { name: 'Reason 1', exact: true }) });
        await card.getByLabel('Sent per second').fill('100');
        await card.getByRole('button', { name: 'Replay' }).dblclick();
        await tab.waitForURL(/\/dead-letters\/runs\/dlr_/);
        const id = tab.url().split('/').at(-1)!;
        // A page that was loaded anew would have forgotten this.
        await tab.evaluate('globalThis.isTheSame = true');
        const shown = async () => Number(await tab.locator('progress').getAttribute('value'));
        const first = await shown();
        await eventually(async () => expect(await shown()).toBeGreaterThan(first + 100), { within: 15_000 });
        expect(await tab.evaluate('globalThis.isTheSame')).toBe(true);
        expect((await run(id)).perSecond).toBe(100);
        await tab.getByRole('button', { name: 'Stop' }).click();
        await tab
          .getByText(/^Stopped: .* the others stay open\.$/)
          .first()
          .waitFor();
        expect(await tab.getByRole('button', { name: 'Stop' }).count()).toBe(0);
        const { done } = await run(id);
        expect(await openOf(1)).toBe(GROUP - done);
        const begun = (await stack.push_('GET', '/v1/dead-letters/runs')).body.items as DeadLetterRunView[];
        expect(begun.filter(({ reason }) => reason === 'Reason 1').map((each) => each.id)).toEqual([id]);
      } finally {
        await browser.close();
      }
    }, 60_000);
  });
});

/** How many came each second, from the first letter of a slice to that of the last one; the first second, of a connection that is new, is left out. */
function paceOf(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  const [from, to] = [PER_SECOND, sorted.length - SLICE];
  return ((to - from) / (sorted[to]! - sorted[from]!)) * 1_000;
}
