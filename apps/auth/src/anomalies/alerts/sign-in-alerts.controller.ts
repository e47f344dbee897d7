import { Controller, Post } from '@nestjs/common';
import { parseId } from '@signalbox/contracts';
import { allow, Endpoint, problems, ValidBody, ValidParams } from '@signalbox/http';
import { z } from 'zod';
import { type AnswerOutcome, SignInAlerts } from './sign-in-alerts.js';

const alertParams = z.strictObject({ noticeId: z.string() });
const alertAnswer = z.strictObject({ token: z.string().min(1).max(100) });
const answered = z.object({ noticeId: z.string(), answer: z.enum(['not_me', 'it_was_me']) });
type Answered = z.output<typeof answered>;

const BY_TOKEN = allow.publicly(
  'the token of 256 bits in the body was sent to the phones of this user alone, and answers once',
);

const UNKNOWN = 'There is no such alert, it is older than seven days, or the token is not its own.';
const TOO_LATE = 'It was answered with "not me" before, and stays so.';

/** "Was this you?", answered by one tap from the notification: whoever taps may not be signed in at all. */
@Controller('/v1/sign-in-alerts')
export class SignInAlertsController {
  constructor(private readonly alerts: SignInAlerts) {}

  @Post('/:noticeId/not-me')
  @Endpoint({
    allow: BY_TOKEN,
    summary: 'Say that a sign-in was not yours: it ends, and the password has to be changed',
    tags: ['sign-in alerts'],
    params: alertParams,
    body: alertAnswer,
    responses: {
      200: { description: 'It counts, now or since before', schema: answered },
      404: { description: UNKNOWN },
    },
  })
  async notMe(
    @ValidParams() { noticeId }: z.output<typeof alertParams>,
    @ValidBody() { token }: z.output<typeof alertAnswer>,
  ): Promise<Answered> {
    const id = parseId('signInAlert', noticeId);
    settle(id === undefined ? 'unknown' : await this.alerts.notMe(id, token));
    return { noticeId, answer: 'not_me' };
  }

  @Post('/:noticeId/it-was-me')
  @Endpoint({
    allow: BY_TOKEN,
    summary: 'Say that a sign-in was yours: its device is known from now on',
    tags: ['sign-in alerts'],
    params: alertParams,
    body: alertAnswer,
    responses: {
      200: { description: 'It counts, now or since before', schema: answered },
      404: { description: UNKNOWN },
      409: { description: TOO_LATE },
    },
  })
  async itWasMe(
    @ValidParams() { noticeId }: z.output<typeof alertParams>,
    @ValidBody() { token }: z.output<typeof alertAnswer>,
  ): Promise<Answered> {
    const id = parseId('signInAlert', noticeId);
    settle(id === undefined ? 'unknown' : await this.alerts.itWasMe(id, token));
    return { noticeId, answer: 'it_was_me' };
  }
}

/** @throws Problem for what does not count. */
function settle(outcome: AnswerOutcome): void {
  if (outcome === 'unknown') throw problems.notFound(UNKNOWN);
  if (outcome === 'too_late') throw problems.conflict('already_answered', TOO_LATE);
}
