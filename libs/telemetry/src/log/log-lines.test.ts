import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { createLogger, type Logger } from '../logger.js';

const MAIL = 'ann.mark@mail.example';
const TOKEN = `11${'ab34'.repeat(16)}`;

describe('a line of the log', () => {
  const lines: string[] = [];
  const logger = createLogger('test', 'trace', { write: (line) => lines.push(line) });
  const logged = (write: (logger: Logger) => void): Record<string, unknown> => {
    lines.length = 0;
    write(logger);
    expect(lines).toHaveLength(1);
    return JSON.parse(lines[0]!) as Record<string, unknown>;
  };
  const loggedError = (err: unknown) => logged((to) => to.warn({ err }, 'failed'))['err'] as Record<string, unknown>;

  it('has the fields that are on the list, and of others the name alone', () => {
    const fields = { queue: 'push.fcm.bulk', rows: 7, email: MAIL, body: { title: 'Dear Ann' } };
    const line = logged((to) => to.info(fields, 'told'));
    expect(line).toMatchObject({ queue: 'push.fcm.bulk', rows: 7, leftOut: ['email', 'body'], msg: 'told' });
    expect(lines[0]).not.toContain('ann');
    expect(lines[0]).not.toContain('Ann');
  });

  it('has nothing of the line before it', () => {
    logged((to) => to.info({ queue: 'push.fcm.bulk', rows: 7 }, 'told'));
    const next = logged((to) => to.info({ queue: 'push.apns.bulk' }, 'told'));
    expect([next['queue'], next]).toEqual(['push.apns.bulk', expect.not.objectContaining({ rows: 7 })]);
  });

  it('has no more of an error than where and what, also of its causes', () => {
    const refused = Object.assign(new Error('duplicate key value violates unique constraint "auth_user_email_key"'), {
      severity: 'ERROR',
      code: '23505',
      constraint: 'auth_user_email_key',
      table: 'auth_user',
      detail: `Key (email)=(${MAIL}) already exists.`,
      where: MAIL,
    });
    const error = loggedError(
      Object.assign(new Error('a request failed', { cause: refused }), { request: { to: MAIL } }),
    );
    expect(error).toEqual({
      type: 'Error',
      message: 'a request failed',
      stack: expect.stringMatching(/^ +at /),
      cause: {
        type: 'Error',
        message: 'duplicate key value violates unique constraint "auth_user_email_key"',
        stack: expect.any(String),
        code: '23505',
        constraint: 'auth_user_email_key',
        table: 'auth_user',
      },
    });
    expect(lines[0]).not.toContain(MAIL);
  });

  it.each([
    ['a document that does not parse', () => JSON.parse(`{"name": ${MAIL}`) as unknown],
    ['one that does not parse in its string', () => JSON.parse(`"${MAIL} "x`) as unknown],
    [
      "a text that is none of Postgres's types",
      () => {
        const message = `invalid input syntax for type uuid: "${MAIL} and "more""`;
        throw Object.assign(new Error(message), { severity: 'ERROR', code: '22P02' });
      },
    ],
    ['a value that a schema refuses', () => z.strictObject({ a: z.enum(['b']) }).parse({ a: MAIL, [MAIL]: 1 })],
    [
      'a call of Prisma',
      () => {
        const error = new Error(
          `\nInvalid \`prisma.user.create()\` invocation:\n{ data: { email: "${MAIL}" } }\n\nIt failed.`,
        );
        throw Object.assign(error, { name: 'PrismaClientValidationError' });
      },
    ],
    [
      'an answer of a mail server',
      () => {
        throw new Error(`550 5.1.1 <${MAIL}>: Recipient address rejected, call +49 151 5550 1234`);
      },
    ],
    [
      'a token that a provider repeats',
      () => {
        throw new Error(`the registration token ${TOKEN} is not valid`);
      },
    ],
  ])('has nothing of what an error quotes: %s', (_what, fail) => {
    let thrown: unknown;
    try {
      fail();
    } catch (error) {
      thrown = error;
    }
    const { type, message } = loggedError(thrown);
    expect(type).toMatch(/Error/);
    expect(message).not.toBe('');
    for (const mark of ['ann.mark', 'mail.example', TOKEN, '5550']) expect(lines[0]).not.toContain(mark);
  });

  it('says that something was thrown that is no error, and not what', () => {
    expect(loggedError(MAIL)).toEqual({ type: 'string', message: '' });
  });

  it('still hides what has the name of a secret', () => {
    expect(logged((to) => to.info({ broken: { token: TOKEN } }, 'told'))).toMatchObject({
      broken: { token: '[redacted]' },
    });
  });
});
