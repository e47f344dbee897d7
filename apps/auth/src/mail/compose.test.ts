import { describe, expect, it } from '@jest/globals';
import { compose } from './compose.js';
import { MAIL_LIFETIME, type MailContent } from './mails.js';

const LINK = 'http://auth.example/verify?token=abc';
const appName = 'Bäcker & <b>Söhne</b>';
const MAILS: readonly MailContent[] = [
  { template: 'verification', params: { appName, link: LINK } },
  { template: 'email_change', params: { appName, link: LINK } },
  { template: 'recovery', params: { appName, link: LINK } },
  { template: 'already_registered', params: { appName, link: LINK } },
  { template: 'sign_in_code', params: { appName, code: '012345' } },
  { template: 'password_changed', params: { appName } },
  { template: 'email_changed', params: { appName } },
  { template: 'email_changed', params: { appName, link: LINK } },
  {
    template: 'new_sign_in',
    params: { appName, at: '2026-11-30T10:00:00Z', device: 'Pixel', place: 'Peru', link: LINK },
  },
  { template: 'new_sign_in', params: { appName, at: '2026-11-30T10:00:00Z' } },
  ...(['totp', 'passkey', 'recovery_codes'] as const).map((kind): MailContent => ({
    template: 'factor_added',
    params: { appName, kind },
  })),
  ...(['totp', 'passkey', 'recovery_codes'] as const).map((kind): MailContent => ({
    template: 'factor_removed',
    params: { appName, kind },
  })),
  { template: 'recovery_code_used', params: { appName, left: 9 } },
];
const all = MAILS.flatMap((mail) => (['en', 'de'] as const).map((locale) => ({ mail, locale })));

describe('a mail', () => {
  it('is there for each occasion', () => {
    expect(new Set(MAILS.map(({ template }) => template))).toEqual(new Set(Object.keys(MAIL_LIFETIME)));
  });

  it.each(all)('$mail.template in $locale names the app and says the same as text and as HTML', ({ mail, locale }) => {
    const { subject, text, html } = compose(mail, locale);
    expect(subject).toContain(appName);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(text).not.toMatch(/undefined|\[object/);
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).not.toContain('<b>');
    // Nothing is fetched, and nothing runs.
    expect(html).not.toMatch(/<(img|script|link|style)|src=/i);
    const link = 'link' in mail.params ? mail.params.link : undefined;
    expect(text.match(/https?:\S+/g) ?? []).toEqual(link === undefined ? [] : [link]);
    expect(html.match(/href="[^"]*"/g) ?? []).toEqual(link === undefined ? [] : [`href="${link}"`]);
    if (mail.template === 'sign_in_code') for (const body of [text, html]) expect(body).toContain('012345');
  });

  it.each(MAILS)('$template is written in two languages', (mail) => {
    expect(compose(mail, 'en').text).not.toBe(compose(mail, 'de').text);
    expect(compose(mail, 'de').text).toMatch(/Sie|Ihr/);
  });
});
