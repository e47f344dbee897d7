import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { authSettings, DEFAULT_SETTINGS } from '../settings/auth-settings.js';
import { wholePage } from './document/document.js';
import { enginePages } from './engine-pages.js';
import { gallery } from './gallery.harness.js';
import { themeOf } from './theme/theme.js';
import { LOCALES, wordsIn } from './words/locale.js';

const theme = themeOf(
  authSettings.parse({
    theme: {
      displayName: 'Kaffee & <b>Kuchen</b>',
      accentColor: '#ffd400',
      logoUrl: 'https://cdn.example/a;b/logo.png?v=1,2',
      privacyUrl: 'https://shop.example/privacy',
    },
  }),
  'Shop',
);

describe.each(LOCALES)('every page in %s', (locale) => {
  const words = wordsIn(locale);
  const pages = Object.entries(gallery(words)).map(
    ([name, page]) => [name, page, wholePage({ theme, words, formTargets: ['com.example.app:'] }, page)] as const,
  );

  it.each(pages)('is whole: %s', (_name, page, { text }) => {
    expect(text).toContain(`<html lang="${locale}">`);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    const seen = text.replaceAll(/<(script|style)>[\s\S]*?<\/\1>/g, '');
    expect(seen).not.toMatch(/undefined|\[object|NaN|<b>|<i>|<Miller>/);
    expect(text.includes(words.document.faulty(''))).toBe(page.faulty === true);
  });

  it.each(pages)('names its fields for those who do not see it: %s', (_name, page, { text }) => {
    const ids = [...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [input] of text.matchAll(/<input(?![^>]*type="hidden")[^>]*>/g)) {
      const id = /\sid="([^"]+)"/.exec(input)![1]!;
      expect(text).toContain(`<label for="${id}">`);
      expect(input).toMatch(/autocomplete="(username|current-password|new-password|one-time-code|name|off)"/);
      for (const described of /aria-describedby="([^"]+)"/.exec(input)?.[1]?.split(' ') ?? []) {
        expect(ids).toContain(described);
      }
    }
    expect(text.match(/\sautofocus/g)?.length ?? 0).toBeLessThanOrEqual(1);
    if (page.faulty === true) expect(text).toMatch(/role="alert"(?! hidden)/);
    for (const [svg] of text.matchAll(/<svg[^>]*>/g))
      expect(svg).toMatch(/aria-hidden="true"|role="img"[^>]*aria-label/);
  });

  it.each(pages)('sends nothing without its token: %s', (_name, _page, { text }) => {
    for (const [form] of text.matchAll(/<form[\s\S]*?<\/form>/g)) {
      expect(form).toContain('method="post"');
      expect(form).toContain('name="form_token"');
    }
  });

  it.each(pages)('holds what its policy allows, and nothing else: %s', (_name, page, { text, headers }) => {
    const policy = headers['content-security-policy']!;
    for (const [kind, tag] of [
      ['style-src', 'style'],
      ['script-src', 'script'],
    ] as const) {
      const inline = [...text.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))];
      for (const [, content] of inline) {
        const hash = createHash('sha256').update(content!).digest('base64');
        const sources = policy.split('; ').find((directive) => directive.startsWith(kind));
        expect(sources).toContain(`'sha256-${hash}'`);
      }
    }
    expect(policy.includes('script-src')).toBe(page.script === true);
    expect(text.includes('<script')).toBe(page.script === true);
    expect(text).not.toMatch(/\son[a-z]+=|\sstyle=|javascript:/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' com.example.app:;");
    expect(policy).toContain('img-src data: https://cdn.example/a%3Bb/logo.png;');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });
});

describe("the engine's own pages", () => {
  const { error, signOut, signedOut } = enginePages();

  it('ask before they sign out, in the language of the request', () => {
    const form = '<form id="op.logoutForm" method="post" action="/x"></form>';
    const page = signOut({ form, app: { name: 'Kaffee & <b>', settings: DEFAULT_SETTINGS }, locale: 'fr de' });
    expect(page).toContain(form);
    expect(page).toMatch(/<button[^>]* form="op.logoutForm" name="logout" value="yes">\s*Abmelden/);
    expect(page).toContain('Kaffee &amp; &lt;b&gt;');
    expect(signedOut({ app: undefined, locale: 'de-AT,en;q=0.5' })).toContain('Sie sind abgemeldet');
  });

  it('tell the makers of an app what is wrong with a request, and the visitor how to go on', () => {
    const page = error({ code: 'invalid_client', description: 'client <x> is invalid', locale: undefined });
    expect(page).toContain('invalid_client: client &lt;x&gt; is invalid');
    expect(page).toContain('Go back to the app');
  });

  it('say nothing of the insides of a failure', () => {
    const page = error({ code: 'server_error', description: 'oops', locale: 'en' });
    expect(page).not.toContain('oops');
  });
});
