import { prefixOf } from '@signalbox/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DeviceCookie } from './device-cookie.js';

const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

/** Who sits there, as far as a request shows: what judges and limits look at. */
export interface Visitor {
  readonly ip: string;
  /** The network that the address belongs to, /24 or /48: what one household, office or phone network shares. */
  readonly prefix: string;
  readonly userAgent: string | undefined;
  /** What is proven about the device: the signed name that its browser keeps, or the key that it has just shown to hold. By this it is known again. */
  readonly deviceId: string | undefined;
  /** What the app calls its installation. Anybody can say so: it keeps one session an installation, and makes no device known. */
  readonly installation: string | undefined;
  readonly locale: Locale;
}

/** @param locales what the app or the user asked for, the dearest first. */
export function visitorOf(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    cookie,
    installation,
    locales = [],
  }: {
    readonly cookie: DeviceCookie;
    readonly installation: string | undefined;
    readonly locales?: readonly (string | undefined)[];
  },
): Visitor {
  return {
    ip: request.ip,
    prefix: prefixOf(request.ip),
    userAgent: request.headers['user-agent'],
    deviceId: cookie.keep(request, reply),
    installation,
    locale: localeOf([...locales, request.headers['accept-language']]),
  };
}

/** The first language of ours that somebody asked for; lists as in Accept-Language and ui_locales. */
export function localeOf(asked: readonly (string | undefined)[]): Locale {
  for (const list of asked) {
    for (const tag of (list ?? '').split(/[\s,]+/)) {
      const language = tag.split(/[-;]/)[0]?.toLowerCase();
      const known = LOCALES.find((locale) => locale === language);
      if (known !== undefined) return known;
    }
  }
  return LOCALES[0];
}
