import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@signalbox/testing';
import { snapshotEvent, usePayments } from '../payments.harness.js';
import type { RunningPayments } from '../service.js';

describe('without its database', () => {
  let wire: Server;
  let port: number;
  let sockets: Socket[] = [];
  let isSilent = false;
  let behindWire: RunningPayments;
  // Hooks after the tests run in the order they were made.
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    wire.close();
    await behindWire.close();
  });
  const payments = usePayments();

  /** Both ways through a wire that can be cut without either end hearing of it. */
  beforeAll(async () => {
    const target = new URL(payments.configOf().DATABASE_URL);
    wire = createServer((near) => {
      const far = connect(Number(target.port), target.hostname);
      if (!isSilent) near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => undefined);
      sockets.push(near, far);
    }).listen(0, '127.0.0.1');
    await once(wire, 'listening');
    ({ port } = wire.address() as AddressInfo);
    const through = new URL(target);
    through.host = `127.0.0.1:${port}`;
    behindWire = await payments.start({ ...payments.configOf(), DATABASE_URL: through.href });
  }, 30_000);

  const stored = (id: string) => payments.sql('SELECT FROM stripe_event WHERE event_id = $1', [id]);

  it('answers 503 with Retry-After and acknowledges nothing, be it silent or gone; afterwards all is taken', async () => {
    const source = await (await payments.makeApp()).makeSource();
    const send = (body: string) => payments.deliver(source, body, {}, behindWire.url);
    const known = snapshotEvent();
    expect((await send(known.body)).status).toBe(200);

    // Silent: connections stand, also new ones, and nothing comes through.
    isSilent = true;
    for (const socket of sockets) socket.unpipe().pause();
    const silent = Array.from({ length: 5 }, () => snapshotEvent());
    const askedAt = performance.now();
    const unanswered = await Promise.all(silent.map(({ body }) => send(body)));
    expect(unanswered.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(
      silent.map(() => [503, '1']),
    );
    expect(performance.now() - askedAt).toBeLessThan(15_000);

    // Gone: nobody listens.
    const gone = [snapshotEvent(), snapshotEvent()];
    const closed = once(wire, 'close');
    wire.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    sockets = [];
    const refused = await Promise.all(gone.map(({ body }) => send(body)));
    expect(refused.map(({ status }) => status)).toEqual([503, 503]);
    for (const { id } of [...silent, ...gone]) expect(await stored(id)).toEqual([]);

    isSilent = false;
    // Back: what was refused comes again, and is stored once.
    wire.listen(port, '127.0.0.1');
    await once(wire, 'listening');
    for (const { id, body } of [...silent, ...gone, known]) {
      await eventually(async () => expect((await send(body)).status).toBe(200), { within: 15_000, every: 100 });
      expect(await stored(id)).toHaveLength(1);
    }
  }, 90_000);
});
