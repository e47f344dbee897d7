import { type Html, html, readCookie } from '@signalbox/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { cookie } from './cookies.js';

/** What came of an action, for the page that follows it. */
const message = z.object({ kind: z.enum(['done', 'problem']), text: z.string() });
export type Message = z.output<typeof message>;

const NAME = 'signalbox_message';
const SECONDS = 60;
/** A browser takes 4,096 bytes of cookie. */
const MOST_CHARACTERS = 600;

/**
 * Leaves a message for the next page. In a cookie, not in the address: what a link says must not look as if this console
 * had done it.
 */
export function leaveMessage(request: FastifyRequest, reply: FastifyReply, { kind, text }: Message): void {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()} …` : text;
  const value = Buffer.from(JSON.stringify({ kind, text: cut })).toString('base64url');
  reply.header('set-cookie', cookie(request, NAME, value, SECONDS));
}

/** The message that the page before left, once. */
export function takeMessage(request: FastifyRequest, reply: FastifyReply): Message | undefined {
  const value = readCookie(request, NAME);
  if (value === undefined) return undefined;
  reply.header('set-cookie', cookie(request, NAME, '', 0));
  try {
    return message.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

export function messageBox(given: Message | undefined): Html {
  if (given === undefined) return html``;
  return given.kind === 'done'
    ? html`<p class="message" role="status">${given.text}</p>`
    : html`<p class="message bad-message" role="alert">${given.text}</p>`;
}
