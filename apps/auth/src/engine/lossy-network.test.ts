import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Uuid } from '@signalbox/contracts';
import { sizeOfTest } from '@signalbox/testing';
import { TestPhone, useSignIn } from '../sign-in.harness.js';

const PHONES = 20;
/** Of all requests, and of all answers. */
const LOST = 0.1;
const refreshes = sizeOfTest('REFRESHES', 600);

/** A phone that keeps what it was given last, and asks again with it until it is answered. */
class HonestPhone {
  lost = 0;
  asked = 0;

  constructor(
    private readonly phone: TestPhone,
    public token: string,
    private readonly random: () => number,
  ) {}

  /** @returns false once it is signed out. */
  async refresh(): Promise<boolean> {
    for (;;) {
      this.asked += 1;
      if (this.random() < LOST) {
        this.lost += 1;
        continue;
      }
      const answer = await this.phone.refresh(this.token);
      if (this.random() < LOST) {
        this.lost += 1;
        continue;
      }
      if (answer.status === 200) this.token = answer.tokens.refresh_token;
      return answer.status === 200;
    }
  }
}

describe('check 6: refreshing over a network that loses a tenth of everything', () => {
  const signIn = useSignIn();
  let appId: Uuid;
  let clientId: string;

  beforeAll(async () => {
    appId = await signIn.newApp();
    clientId = await signIn.newClient(appId);
    signIn.visitor.userId = await signIn.newUser(appId);
  });

  const newPhone = async (seed: number): Promise<HonestPhone> => {
    const phone = new TestPhone(signIn, clientId);
    return new HonestPhone(phone, (await phone.signedIn()).refresh_token, randomFrom(seed));
  };

  it(`signs no honest phone out in ${refreshes} refreshes`, async () => {
    const phones = await Promise.all(Array.from({ length: PHONES }, (_, seed) => newPhone(seed)));
    let signedOut = 0;
    await Promise.all(
      phones.map(async (phone) => {
        for (let step = 0; step < refreshes / PHONES; step += 1) if (!(await phone.refresh())) signedOut += 1;
      }),
    );
    const [asked, lost] = [sum(phones.map((phone) => phone.asked)), sum(phones.map((phone) => phone.lost))];
    process.stdout.write(
      `    ${refreshes} refreshes, ${asked} calls, ${lost} lost on the way, ${signedOut} phones signed out\n`,
    );
    expect(signedOut).toBe(0);
    expect(lost).toBeGreaterThan(refreshes / 10);
  }, 600_000);

  it('finds every thief who refreshes with a copy, whoever comes first', async () => {
    const random = randomFrom(7);
    let found = 0;
    const thefts = Math.ceil(refreshes / 40);
    for (let theft = 0; theft < thefts; theft += 1) {
      const phone = await newPhone(100 + theft);
      const thief = new HonestPhone(new TestPhone(signIn, clientId), phone.token, randomFrom(200 + theft));
      // Both go on as if nothing had happened. One that is a step behind is taken for a lost answer, two steps are a theft.
      const alive = { phone: true, thief: true };
      for (let step = 0; step < 200 && alive.phone && alive.thief; step += 1) {
        if (random() < 0.5) alive.phone = await phone.refresh();
        else alive.thief = await thief.refresh();
      }
      const bothEnded = !(await phone.refresh()) && !(await thief.refresh());
      if (bothEnded) found += 1;
    }
    expect(found).toBe(thefts);
  }, 120_000);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The same numbers for the same seed (mulberry32), so that a failure comes again. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
