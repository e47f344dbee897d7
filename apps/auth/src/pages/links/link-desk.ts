import { createHash } from 'node:crypto';
import { formOf } from '@signalbox/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../desk.js';
import type { Page, Setting } from '../document/document.js';
import type { FormProblem } from '../forms/form-problem.js';
import type { Trail } from '../forms/trail.js';
import { messagePage } from '../message-page.js';
import type { LinkLook } from '../ports.js';
import { backToSignIn } from '../register/register-page.js';
import type { Locale } from '../words/locale.js';
import type { Words } from '../words/words.js';

/** Somebody who came by a link in a mail. */
export interface LinkGuest extends Setting {
  readonly link: string;
  readonly locale: Locale;
  /** What a form's token is about. */
  readonly token: string;
  readonly problems: readonly FormProblem[];
}

/** No token of ours is longer. */
const inAddress = z.object({ token: z.string().min(1).max(512) });

/**
 * Pages behind the links in mails. The token leaves the address at once, for a sealed cookie: addresses are shown, kept and
 * told on. Looking at such a page changes nothing, since mail programs look at links, too; its button does.
 */
export class LinkDesk {
  constructor(
    private readonly desk: Desk,
    private readonly path: '/verify' | '/recover' | '/undo',
    private readonly look: (link: string) => Promise<LinkLook>,
    private readonly stalePage: (setting: Setting) => Page,
  ) {}

  /** A handler that shows the page of a good link. */
  showing(page: (guest: LinkGuest) => Page) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const fresh = inAddress.safeParse(request.query).data?.token;
      if (fresh !== undefined) return this.keep(request, reply, fresh);
      const guest = await this.guest(request, reply);
      return guest === undefined ? this.stale(request, reply) : this.desk.send(reply, guest, page(guest));
    };
  }

  /** A handler of its form. What is done is said on a page of its own, which can be loaded again. */
  taking(work: (guest: LinkGuest, form: URLSearchParams) => Promise<'done' | 'stale' | FormProblem>) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const guest = await this.guest(request, reply);
      if (guest === undefined) return this.stale(request, reply);
      const form = formOf(request);
      const end = this.desk.tokens.accepts(request, form, aboutLink(guest.link))
        ? await work(guest, form)
        : ({ code: 'form_stale' } as const);
      if (end === 'stale') return this.stale(request, reply);
      const trail = (await this.desk.trails.read(request))!;
      return end === 'done'
        ? this.leave(reply, { ...trail, link: undefined }, [], `${this.path}/done`)
        : this.leave(reply, trail, [end]);
    };
  }

  /** A handler of the page after it; the way back leads to a sign-in that is under way in this browser. */
  concluding(title: (words: Words) => string, text: (words: Words) => string) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const trail = await this.desk.trails.read(request);
      const setting = await this.desk.settingOf(request, trail);
      const { words } = setting;
      const back = trail?.uid === undefined ? undefined : backToSignIn(trail.uid, words);
      return this.desk.send(reply, setting, messagePage(title(words), [text(words)], back));
    };
  }

  private async keep(request: FastifyRequest, reply: FastifyReply, link: string): Promise<FastifyReply> {
    const { end, appId } = await this.look(link);
    const before = await this.desk.trails.read(request);
    if (end !== 'good') return this.stale(request, reply, appId ?? before?.appId);
    // A sign-in that is under way in this browser stays under way, in its language.
    const isOf = before?.appId === appId;
    const uid = isOf ? before.uid : undefined;
    const { locale } = await this.desk.settingOf(request, { appId, locale: isOf ? before.locale : undefined });
    return this.leave(reply, { uid, appId, locale, link, problems: [], values: {} }, []);
  }

  private async leave(
    reply: FastifyReply,
    trail: Trail,
    problems: FormProblem[],
    page: string = this.path,
  ): Promise<FastifyReply> {
    await this.desk.trails.write(reply, { ...trail, page, problems });
    return reply.header('cache-control', 'no-store').redirect(page, 303);
  }

  private async guest(request: FastifyRequest, reply: FastifyReply): Promise<LinkGuest | undefined> {
    const trail = await this.desk.trails.read(request);
    if (trail?.link === undefined || trail.page !== this.path) return undefined;
    if ((await this.look(trail.link)).end !== 'good') return undefined;
    return {
      ...(await this.desk.settingOf(request, trail)),
      link: trail.link,
      problems: trail.problems,
      token: this.desk.tokens.issue(request, reply, aboutLink(trail.link)),
    };
  }

  private async stale(request: FastifyRequest, reply: FastifyReply, ofApp?: string): Promise<FastifyReply> {
    const trail = await this.desk.trails.read(request);
    const appId = ofApp ?? trail?.appId;
    const setting = await this.desk.settingOf(
      request,
      appId === undefined ? undefined : { appId, locale: trail?.locale },
    );
    return this.desk.send(reply, setting, this.stalePage(setting), 410);
  }
}

function aboutLink(link: string): string {
  return createHash('sha256').update(link).digest('base64url');
}
