import { beforeEach, describe, expect, it } from '@jest/globals';
import { firstUuidAt, newUuid, type EventType, type Uuid } from '@signalbox/contracts';
import { usePostgres } from '@signalbox/testing';
import { append } from './append.js';
import { readEventRange, type EventRange } from './event-range.js';
import { readEvents } from './feed.js';

const postgres = usePostgres();
beforeEach(() => postgres.database().query('TRUNCATE event_log'));

const facts = (appId: Uuid, types: readonly EventType[]) =>
  append(
    postgres.database(),
    types.map((type, n) => ({ appId, type, subject: `s_${n}`, data: { n } })),
  );

async function readAll(range: Omit<EventRange, 'after'>): Promise<{ ids: Uuid[]; pages: number }> {
  const ids: Uuid[] = [];
  let after: Uuid | undefined = firstUuidAt(0);
  for (let pages = 1; ; pages += 1) {
    const page = await readEventRange(postgres.database(), { ...range, after });
    ids.push(...page.events.map((event) => event.id));
    after = page.next;
    if (after === undefined) return { ids, pages };
  }
}

describe('a range of events', () => {
  const until = firstUuidAt(Date.now() + 3_600_000);

  it("holds an app's events by the time in their ids, page by page, and of the types that were asked for", async () => {
    const [mine, theirs] = [newUuid(), newUuid()];
    const [first, second, third] = await facts(mine, ['app.created', 'api_key.created', 'app.created']);
    await facts(theirs, ['app.created']);
    expect(await readAll({ appId: mine, until, limit: 2 })).toEqual({ ids: [first, second, third], pages: 2 });
    const ofType = await readAll({ appId: mine, types: ['app.created'], until, limit: 10 });
    expect(ofType.ids).toEqual([first, third]);
    expect((await readAll({ appId: mine, until: second!, limit: 10 })).ids).toEqual([first, second]);
    expect((await readAll({ appId: newUuid(), until, limit: 10 })).ids).toEqual([]);
  });

  it('is read to its end although thousands of other events lie in between', async () => {
    const [mine, theirs] = [newUuid(), newUuid()];
    const [first] = await facts(mine, ['app.created']);
    for (let made = 0; made < 3; made += 1)
      await facts(
        theirs,
        Array.from({ length: 2_000 }, () => 'app.created'),
      );
    const [last] = await facts(mine, ['app.created']);
    const { ids, pages } = await readAll({ appId: mine, until, limit: 100 });
    expect(ids).toEqual([first, last]);
    expect(pages).toBe(2);
  });
});

describe('events by their ids', () => {
  it("are those of the app, and another app's or unknown ones are missing", async () => {
    const [mine, theirs] = [newUuid(), newUuid()];
    const [id] = await facts(mine, ['app.created']);
    const [other] = await facts(theirs, ['app.created']);
    const found = await readEvents(postgres.database(), mine, [id!, other!, newUuid()]);
    expect([...found]).toEqual([
      [id, expect.objectContaining({ type: 'app.created', subject: 's_0', data: { n: 0 } })],
    ]);
    expect(await readEvents(postgres.database(), mine, [])).toEqual(new Map());
  });
});
