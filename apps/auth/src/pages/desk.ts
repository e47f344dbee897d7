import { formOf } from '@signalbox/html';
import type { Uuid } from '@signalbox/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InteractionGone, type OpenInteraction } from '../sign-in/interaction.js';
import type { AuthSettings } from '../settings/auth-settings.js';
import type { NextStep } from '../sign-in/next-step.js';
import { type Visitor, visitorOf } from '../sign-in/visitor.js';
import { type Page, type Setting, wholePage } from './document/document.js';
import { redirectSource } from './document/redirect-source.js';
import type { FormProblem } from './forms/form-problem.js';
import { FormTokens } from './forms/form-tokens.js';
import { PageCookies } from './forms/page-cookies.js';
import { type Trail, type TrailLeft, Trails } from './forms/trail.js';
import { REFUSED_PAGES } from './login/refused-page.js';
import { overPage } from './over-page.js';
import type { SignInPagesParts } from './parts.js';
import { pathOf } from './paths.js';
import { NEUTRAL_THEME, themeOf } from './theme/theme.js';
import { type Locale, localeFor, wordsIn } from './words/locale.js';

/** Somebody at a page of an open sign-in. */
export interface Guest extends Setting {
  readonly open: OpenInteraction;
  readonly appId: Uuid;
  readonly locale: Locale;
  readonly visitor: Visitor;
  /** What the form before left for this page. */
  readonly trail: Trail;
  /** The token that this page's forms carry. */
  readonly token: string;
}

/** What comes of a request: a page, or the way to another one with what that is to show. */
export type Answer =
  { readonly show: Page; readonly status?: number } | { readonly goTo: string; readonly leaving?: Leaving };
export type Leaving = Partial<Pick<TrailLeft, 'problems' | 'values' | 'codes' | 'goOn' | 'enrolment'>>;

/** Opens the sign-in that a request is about, checks forms, and turns answers into what the browser gets. */
export class Desk {
  private readonly cookies: PageCookies;
  readonly tokens: FormTokens;
  readonly trails: Trails;

  constructor(readonly parts: SignInPagesParts) {
    this.cookies = new PageCookies(parts.secure);
    this.tokens = new FormTokens(parts.keys, this.cookies);
    this.trails = new Trails(parts.keys, this.cookies);
  }

  /** A handler of a page that is looked at. */
  showing(work: (guest: Guest, request: FastifyRequest) => Promise<Answer>) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const guest = await this.guest(request, reply);
      return guest === undefined ? this.gone(request, reply) : this.answer(guest, reply, await work(guest, request));
    };
  }

  /** A handler of a form of such a page; one that was not made for this browser and sign-in leads back to `page`. */
  taking(page: string, work: (guest: Guest, form: URLSearchParams) => Promise<Answer>) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const guest = await this.guest(request, reply);
      if (guest === undefined) return this.gone(request, reply);
      const form = formOf(request);
      const answer = this.tokens.accepts(request, form, guest.open.uid)
        ? await work(guest, form)
        : again(guest, page, [{ code: 'form_stale' }]);
      return this.answer(guest, reply, answer);
    };
  }

  /** Any page with its headers. */
  send(reply: FastifyReply, setting: Setting, page: Page, status = 200): FastifyReply {
    const { headers, text } = wholePage(setting, page);
    return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(text);
  }

  private async answer(guest: Guest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
    if ('show' in answer) return this.send(reply, guest, answer.show, answer.status);
    const { goTo, leaving } = answer;
    const { open, appId, locale, trail } = guest;
    if (leaving !== undefined) {
      const kept = { uid: open.uid, appId, locale, values: trail.values, enrolment: trail.enrolment };
      await this.trails.write(reply, { ...kept, page: goTo, ...leaving });
    }
    return reply.header('cache-control', 'no-store').redirect(goTo, 303);
  }

  /** Whoever sits at the page of an open sign-in; undefined when that is over. */
  async guest(request: FastifyRequest, reply: FastifyReply): Promise<Guest | undefined> {
    const { uid } = request.params as { uid: string };
    const open = await this.openOrGone(request, reply, uid);
    if (open === undefined) return undefined;
    const { appId, client, userId } = open;
    const left = await this.trails.read(request);
    const person = userId === undefined ? undefined : await this.parts.personOf(userId);
    const accepted = request.headers['accept-language'];
    const locale = localeFor({ uiLocales: open.uiLocales, account: person?.locale, accepted });
    const trail: Trail = left?.uid === uid ? left : { uid, appId, locale, problems: [], values: {} };
    if (left?.uid !== uid) await this.trails.write(reply, trail);
    const target = redirectSource(open.redirectUri);
    return {
      open,
      appId,
      locale,
      words: wordsIn(locale),
      theme: themeOf(client.settings, client.appName),
      formTargets: target === undefined ? [] : [target],
      visitor: visitorOf(request, reply, {
        cookie: this.parts.deviceCookie,
        installation: open.installation,
        locales: [locale],
      }),
      trail: trail.page === pathOnly(request) ? trail : { ...trail, problems: [], codes: undefined, goOn: undefined },
      token: this.tokens.issue(request, reply, uid),
    };
  }

  private async openOrGone(
    request: FastifyRequest,
    reply: FastifyReply,
    uid: string,
  ): Promise<OpenInteraction | undefined> {
    try {
      return await this.parts.flow.open(request, reply, uid);
    } catch (error) {
      if (error instanceof InteractionGone) return undefined;
      throw error;
    }
  }

  /** Somebody went back to a page whose sign-in has gone on: where that is under way, the way leads there. */
  async gone(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { uid } = request.params as { uid?: string };
    const trail = await this.trails.read(request);
    if (trail?.uid !== undefined && trail.uid !== uid) {
      return reply.header('cache-control', 'no-store').redirect(pathOf(trail.uid), 303);
    }
    const setting = await this.settingOf(request, trail);
    return this.send(reply, setting, overPage(setting.words), 410);
  }

  /** How pages without an open sign-in look: as the app's, if the browser was at one of its pages before. */
  async settingOf(
    request: FastifyRequest,
    known: { readonly appId: string; readonly locale?: string | undefined } | undefined,
  ): Promise<Setting & { readonly locale: Locale }> {
    const app = known === undefined ? undefined : await this.parts.appOf(known.appId);
    const locale = localeFor({ account: known?.locale, accepted: request.headers['accept-language'] });
    return {
      locale,
      words: wordsIn(locale),
      theme: app === undefined ? NEUTRAL_THEME : themeOf(app.settings, app.name),
      formTargets: [],
    };
  }
}

/** Back to a page of this sign-in with what is wrong, and with what was typed. */
export function again(
  { open }: Guest,
  page: string,
  problems: readonly FormProblem[],
  values?: Trail['values'],
): Answer {
  const typed = values === undefined ? {} : { values };
  return { goTo: pathOf(open.uid, page), leaving: { problems: [...problems], ...typed } };
}

/** Where somebody goes who has just proven something. @param typed what a form that is shown again has in it. */
export function follow(guest: Guest, step: NextStep, typed?: Trail['values']): Answer {
  const { open } = guest;
  switch (step.next) {
    case 'finish':
      return { goTo: step.redirectTo };
    case 'second-factor':
      return { goTo: pathOf(open.uid, 'second-factor'), leaving: {} };
    case 'enrol':
      return { goTo: pathOf(open.uid, 'enrol'), leaving: {} };
    case 'verify-email':
      return { goTo: pathOf(open.uid, 'check-mail'), leaving: {} };
    case 'begin':
      return { goTo: pathOf(open.uid), leaving: {} };
    case 'wrong-password':
      return again(guest, 'login', [wrongWhere(open.client.settings)], typed);
    case 'refused':
      return { goTo: pathOf(open.uid, REFUSED_PAGES[step.reason]), leaving: {} };
  }
}

/** Where an address has to be proven first, an unproven one is refused like a wrong one, and everybody is told of both. */
export function wrongWhere({ emailVerification }: Pick<AuthSettings, 'emailVerification'>): FormProblem {
  return { code: emailVerification === 'required' ? 'credentials_wrong_or_unproven' : 'credentials_wrong' };
}

function pathOnly({ url }: FastifyRequest): string {
  return url.split('?')[0]!;
}
