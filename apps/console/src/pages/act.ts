import { Problem } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { logAction } from '../operator-actions.js';
import { leaveMessage } from './message.js';

export interface Action {
  /** The page that follows; `otherwise`, where there is one, when it was not done. */
  readonly to: string;
  readonly otherwise?: string;
  /** For the log: what it is about, where the address does not say. */
  readonly about?: object;
  /** Does it, and says what came of it in a sentence. @throws Problem that kept it from being done. */
  readonly work: () => Promise<string>;
}

/**
 * Does what a form asks for and sends the operator on to a page that says what came of it.
 */
export async function act(
  logger: Logger,
  request: FastifyRequest,
  reply: FastifyReply,
  { to, otherwise = to, about = {}, work }: Action,
): Promise<FastifyReply> {
  let next = to;
  try {
    const text = await work();
    logAction(logger, request, { status: 303, outcome: text, about });
    leaveMessage(request, reply, { kind: 'done', text });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const text = sentenceOf(error);
    logAction(logger, request, { status: error.status, outcome: text, about });
    leaveMessage(request, reply, { kind: 'problem', text });
    next = otherwise;
  }
  return reply.redirect(next, 303);
}

/** A problem for a person: what is wrong, and with which field. */
export function sentenceOf({ detail, errors = [] }: Problem): string {
  return [detail, ...errors.map(({ pointer, reason }) => `${pointer.slice(1)}: ${reason}`)].join(' ');
}
