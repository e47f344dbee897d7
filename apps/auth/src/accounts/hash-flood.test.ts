import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newAddress, stranger, useAccounts } from './accounts.harness.js';
import { PRESENT_COST } from './passwords/argon2.js';

jest.setTimeout(60_000);

const FLOOD = 200;
const { accounts, newApp } = useAccounts({ cost: PRESENT_COST, slots: 2, waiting: 100 });

/** A service that does something else besides. */
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, response) => response.end('{"keys":[]}')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** How long the other route takes, one request after the other. Milliseconds. */
async function timesWhile(goesOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goesOn()) {
    const began = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - began);
  }
  return times;
}

const p99 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;

describe('check 20: 200 sign-ins at once', () => {
  it('fill a queue that ends, hold little memory, and keep no other route waiting', async () => {
    const appId = await newApp();
    const attempt = () =>
      accounts().signIn.attempt({ appId, email: newAddress(), password: 'not the password', visitor: stranger() });
    await attempt();
    let calmTimes = 100;
    const calm = p99(await timesWhile(() => calmTimes-- > 0));
    const before = process.memoryUsage().rss;
    let most = before;
    let isOver = false;
    const flood = Promise.all(Array.from({ length: FLOOD }, attempt)).finally(() => (isOver = true));
    const times = await timesWhile(() => {
      most = Math.max(most, process.memoryUsage().rss);
      return !isOver;
    });
    const outcomes = await flood;
    const refused = outcomes.filter(({ end }) => end === 'refused');
    const turnedAway = outcomes.filter((outcome) => outcome.end === 'slow_down');
    expect(refused.length + turnedAway.length).toBe(FLOOD);
    expect(refused.length).toBeGreaterThanOrEqual(102);
    expect(turnedAway.length).toBeGreaterThan(0);
    for (const { retryAfterSeconds } of turnedAway) expect(retryAfterSeconds).toBeLessThanOrEqual(5);
    // 200 at once without a queue would hold 3.8 GiB.
    expect(most - before).toBeLessThan(200 * 1024 * 1024);
    expect(times.length).toBeGreaterThan(20);
    // Where the machine is busy with other things it takes longer than that in calm, too.
    expect(p99(times)).toBeLessThan(Math.max(100, calm * 10));
  });

  it('cost those who were turned away none of their tries', async () => {
    const appId = await newApp();
    const email = newAddress();
    const all = await Promise.all(
      Array.from({ length: FLOOD }, (_, n) =>
        accounts().signIn.attempt({ appId, email: n === 0 ? email : newAddress(), password: 'x', visitor: stranger() }),
      ),
    );
    expect(all.some(({ end }) => end === 'slow_down')).toBe(true);
    const later = [];
    for (let n = 0; n < 9; n += 1) {
      later.push(await accounts().signIn.attempt({ appId, email, password: 'x', visitor: stranger() }));
    }
    expect(later.every(({ end }) => end === 'refused')).toBe(true);
  });
});
