import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { useEvents } from '../webhooks.harness.js';

describe('a flag of the process that posts', () => {
  let folder: string;
  let wire: Server;
  /** Where Postgres is; undefined while it is away. */
  let postgres: URL | undefined;
  let address: URL;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flags-'));
    await say({ 'webhooks.post': { on: false, reason: 'recall' } });
    wire = createServer((near) => {
      if (postgres === undefined) near.destroy();
      else wireUp(near, connect(Number(postgres.port), postgres.hostname));
    });
    await once(wire.listen(0, '127.0.0.1'), 'listening');
  });
  const { sql, makeApp, posts, received } = useEvents((databaseUrl) => {
    address = new URL(databaseUrl);
    const { port } = wire.address() as AddressInfo;
    const through = Object.assign(new URL(databaseUrl), { host: `127.0.0.1:${port}` });
    return { DATABASE_URL: through.href, FLAGS_FILE: join(folder, 'flags.json') };
  });
  afterAll(async () => {
    wire.close();
    await rm(folder, { recursive: true });
  });

  /** As a whole, so that nobody reads half of it. */
  async function say(content: object): Promise<void> {
    await writeFile(join(folder, 'next.json'), JSON.stringify(content));
    await rename(join(folder, 'next.json'), join(folder, 'flags.json'));
  }

  it('does not keep it from starting while Postgres is away, and is said when that is there', async () => {
    postgres = address;
    await eventually(async () => {
      const { rows } = await sql('SELECT flag, source, reason, until > now() AS counts FROM flag_stance');
      expect(rows).toEqual([{ flag: 'webhooks.post', source: 'file', reason: 'recall', counts: true }]);
    });
  });

  it('holds webhooks also where what it said has run out while Postgres was away', async () => {
    // Whatever it says has run out: a moment that Postgres was back, and nothing was said again yet.
    await sql(
      `CREATE FUNCTION run_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.until := now() - interval ''1 s''; RETURN NEW; END'`,
    );
    await sql('CREATE TRIGGER run_out BEFORE INSERT OR UPDATE ON flag_stance FOR EACH ROW EXECUTE FUNCTION run_out()');
    await sql('UPDATE flag_stance SET until = now()');
    await eventually(async () => {
      expect((await sql(`SELECT FROM consumer WHERE name = 'events.webhooks'`)).rowCount).toBe(1);
    });
    const app = await makeApp();
    const hook = await app.makeEndpoint({ eventTypes: ['delivery.sent'] });
    const id = await app.fact('delivery.sent');
    // Taken on, looked at and handed back for some seconds: not posted, not failed, and not late.
    await eventually(async () => {
      const { rows } = await sql(
        `SELECT claims, due_at > now() AS young, next_offer_at BETWEEN now() + interval '5 s' AND now() + interval '30 s' AS soon
         FROM events_work WHERE app_id = $1`,
        [app.id],
      );
      expect(rows).toEqual([{ claims: 0, young: true, soon: true }]);
    });
    expect(posts(hook)).toEqual([]);
    expect(await app.deliveries(hook)).toMatchObject([{ eventId: id, state: 'pending', attempts: 0 }]);
    await say({});
    await eventually(() => expect(received(hook).map((event) => event.id)).toEqual([id]));
  });
});

function wireUp(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
  }
}
