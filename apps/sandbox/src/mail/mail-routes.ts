import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { addList } from '../control/list-route.js';
import { valid } from '../control/problem.js';
import { ORDINARY_MAIL, REFUSAL_STAGES } from './mail-behaviour.js';
import type { MailSide } from './mail-side.js';

const refusal = z.strictObject({
  stage: z.enum(REFUSAL_STAGES).default('rcpt'),
  code: z.int().min(400).max(599),
  to: z.string().min(3).optional(),
  times: z.int().min(1).max(1_000_000).optional(),
});

const behaviour = z.strictObject({
  refuse: refusal.optional(),
  delayMs: z.int().min(0).max(600_000).default(ORDINARY_MAIL.delayMs),
  greylistSeconds: z.int().min(0).max(86_400).default(ORDINARY_MAIL.greylistSeconds),
});

const filter = z.strictObject({
  to: z.string().optional(),
  subject: z.string().optional(),
  taken: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
});

/** The mailboxes, and what the mail server is to do. */
export function addMailRoutes(server: FastifyInstance, { script, log }: MailSide): void {
  addList(server, '/v1/mail/messages', 'messages', log, filter);

  server.get('/v1/mail/behaviour', () => script.behaviour);

  server.put('/v1/mail/behaviour', (request) => {
    script.behaviour = valid(behaviour, request.body);
    return script.behaviour;
  });

  server.delete('/v1/mail/behaviour', (_request, reply) => {
    script.behaviour = ORDINARY_MAIL;
    return reply.status(204).send();
  });
}
