import { randomUUID } from 'node:crypto';
import { problemOfError } from '@signalbox/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors } from 'oidc-provider';
import { InteractionGone } from '../sign-in/interaction.js';
import type { Desk } from './desk.js';
import { messagePage } from './message-page.js';

/** Instead of a page that cannot be shown. Nothing of the insides of a failure is on it but a name under which the log has it. */
export async function answerFailure(
  desk: Desk,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // It ended while the form was on its way.
  if (error instanceof InteractionGone || error instanceof errors.SessionNotFound) return desk.gone(request, reply);
  const problem = problemOfError(error);
  // The database may be what failed: no app is looked up.
  const setting = await desk.settingOf(request, undefined);
  const { failure } = setting.words;
  reply.headers(problem.headers);
  if (problem.status < 500) {
    const text = problem.status === 413 ? failure.tooLarge : failure.form;
    return desk.send(reply, setting, messagePage(failure.formTitle, [text]), problem.status);
  }
  const id = randomUUID();
  const facts = { instance: id, route: request.routeOptions.url, err: error };
  if (problem.status === 500) desk.parts.logger.error(facts, 'a page of sign-in could not be shown');
  else desk.parts.logger.warn(facts, 'a page of sign-in could not be shown');
  const title = problem.status === 503 ? failure.busyTitle : failure.title;
  return desk.send(reply, setting, messagePage(title, [failure.text, failure.reference(id)]), problem.status);
}
