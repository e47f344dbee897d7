import { connect } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxHarness } from '../sandbox.harness.js';

let harness: SandboxHarness;
beforeAll(async () => {
  harness = await SandboxHarness.start();
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await harness.control('DELETE', '/v1/mail/messages');
  await harness.control('DELETE', '/v1/mail/behaviour');
});

const MESSAGE = [
  'From: Shop <shop@example.com>',
  'Subject: =?UTF-8?Q?W=C3=A4hlen_Sie?=',
  ' =?UTF-8?B?IGVpbnM=?=',
  'Message-ID: <1@example.com>',
  'Content-Type: multipart/alternative;',
  ' boundary="b1"',
  '',
  'for nobody',
  '--b1',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Gr=C3=BC=C3=9Fe, press',
  'http://shop.example/verify?token=3Dabc=',
  'def now.',
  '--b1',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('<p>Grüße</p>').toString('base64'),
  '--b1--',
  '',
].join('\r\n');

/** One mail by hand. Answers the server's replies to greeting, HELO, MAIL, RCPT, DATA and the message, up to the first no. */
async function bring(to: string, message = MESSAGE): Promise<number[]> {
  const socket = connect(harness.sandbox.mailPort, '127.0.0.1');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const codes: number[] = [];
  const steps = ['HELO test', 'MAIL FROM:<shop@example.com>', `RCPT TO:<${to}>`, 'DATA', `${message}\r\n.`];
  for (const step of [...steps, undefined]) {
    const code = Number(String((await lines.next()).value).slice(0, 3));
    codes.push(code);
    if (code >= 400 || step === undefined) break;
    socket.write(`${step}\r\n`);
  }
  socket.destroy();
  await once(socket, 'close');
  return codes;
}

async function messages(query = ''): Promise<Record<string, unknown>[]> {
  const { body } = await harness.control('GET', `/v1/mail/messages${query}`);
  return (body as { messages: Record<string, unknown>[] }).messages;
}

describe('the mail server', () => {
  it('takes a mail for anybody, and shows it as a mail client would', async () => {
    expect(await bring('ann@example.com')).toEqual([220, 250, 250, 250, 354, 250]);
    expect(await messages('?to=Ann@example.com')).toEqual([
      expect.objectContaining({
        to: 'ann@example.com',
        subject: 'Wählen Sie eins',
        messageId: '<1@example.com>',
        text: 'Grüße, press\nhttp://shop.example/verify?token=abcdef now.\n',
        html: '<p>Grüße</p>',
        links: ['http://shop.example/verify?token=abcdef'],
        answer: { kind: 'taken' },
      }),
    ]);
    expect(await messages('?to=ben@example.com')).toEqual([]);
  });

  it.each([
    ['connect', [554]],
    ['rcpt', [220, 250, 250, 554]],
    ['data', [220, 250, 250, 250, 354, 554]],
  ])('refuses at %s as often as it was told to', async (stage, codes) => {
    await harness.control('PUT', '/v1/mail/behaviour', { refuse: { stage, code: 554, times: 1 } });
    expect(await bring('ann@example.com')).toEqual(codes);
    expect((await bring('ann@example.com')).at(-1)).toBe(250);
    expect(await messages('?taken=true')).toHaveLength(1);
  });

  it('refuses one receiver and takes mail for the others', async () => {
    await harness.control('PUT', '/v1/mail/behaviour', { refuse: { code: 550, to: 'ann@example.com' } });
    expect((await bring('ann@example.com')).at(-1)).toBe(550);
    expect((await bring('ben@example.com')).at(-1)).toBe(250);
  });

  it('puts a stranger off who comes for the first time', async () => {
    await harness.control('PUT', '/v1/mail/behaviour', { greylistSeconds: 3_600 });
    expect((await bring('ann@example.com')).at(-1)).toBe(451);
    expect((await bring('ann@example.com')).at(-1)).toBe(451);
    expect(await messages('?taken=false')).toHaveLength(2);
  });

  it.each([
    [{ refuse: { code: 200 } }, '/refuse/code'],
    [{ delay: 1 }, '/delay'],
  ])('names what is wrong with %j', async (body, pointer) => {
    const answer = await harness.control('PUT', '/v1/mail/behaviour', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});
