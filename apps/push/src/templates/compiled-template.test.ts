import { describe, expect, it, jest } from '@jest/globals';
import { templateDocument, type TemplateDocumentInput, type TemplateParams } from '@signalbox/contracts';
import { documentProblems } from './check-document.js';
import { CompiledTemplate, type Reader } from './compiled-template.js';

const CART: TemplateDocumentInput = {
  parameters: {
    count: { type: 'integer' },
    total: { type: 'money' },
    due: { type: 'date' },
    nick: { type: 'string', required: false },
  },
  defaultLocale: 'en',
  locales: {
    en: {
      title: '{nick, select, none {Hello} other {Hello {nick}}}',
      body: '{count, plural, one {# item} other {# items}} for {total}',
    },
    de: { body: '{count, number} für {total}, bis {due, date, moment}', data: { link: 'shop://cart/{count}' } },
    'de-CH': { body: 'Grüezi: {count, number} für {total}' },
    ru: { body: '{count, plural, one {# товар} few {# товара} many {# товаров} other {# товара}}' },
    ar: { body: '{count, plural, zero {لا شيء} two {عنصران} few {# عناصر} many {# عنصرًا} other {# عنصر}} 😀' },
  },
  sound: 'ping',
  badge: 0,
};

const PARAMS = { count: 1, total: { amount: 123_450, currency: 'EUR' }, due: '2026-11-26T23:30:00Z' };

function render(reader: Reader, params: TemplateParams = PARAMS) {
  const document = templateDocument.parse(CART);
  expect(documentProblems(document)).toEqual([]);
  const content = new CompiledTemplate(document).render(params, reader);
  return { ...content, body: content.body!.replaceAll(/[\u00a0\u202f\u200f]/g, ' ') };
}

describe('a template', () => {
  it.each([
    ['de-CH', "Grüezi: 1 für EUR 1'234.50"],
    ['de-CH-1996', "Grüezi: 1 für EUR 1'234.50"],
    ['de-AT', '1 für € 1.234,50, bis 27. November 2026 um 00:30'],
    ['DE', '1 für 1.234,50 €, bis 27. November 2026 um 00:30'],
    ['fr-FR', '1 item for €1,234.50'],
    [undefined, '1 item for €1,234.50'],
  ])('speaks to %s in the language that is nearest, with figures as they are written there', (locale, body) => {
    expect(render({ locale, timeZone: 'Europe/Berlin' }).body).toBe(body);
  });

  it.each([
    ['ru', 3, '3 товара'],
    ['ru', 11, '11 товаров'],
    ['ru-RU', 21, '21 товар'],
    ['ar', 0, 'لا شيء 😀'],
    ['ar-EG', 2, 'عنصران 😀'],
  ])('counts as %s does: %i', (locale, count, body) => {
    expect(render({ locale }, { ...PARAMS, count }).body).toBe(body);
  });

  it('tells a text that is missing from one that reads "none"', () => {
    expect(render({}).title).toBe('Hello');
    expect(render({}, { ...PARAMS, nick: 'none' }).title).toBe('Hello none');
    expect(render({}, { ...PARAMS, nick: '{count}' }).title).toBe('Hello {count}');
  });

  it('does not fill the memory with a text that repeats a long one', () => {
    const body = '{text}'.repeat(2_700);
    const document = templateDocument.parse({
      parameters: { text: { type: 'string', maxLength: 4_096 } },
      defaultLocale: 'en',
      locales: { en: { body } },
    });
    const { body: written } = new CompiledTemplate(document).render({ text: 'x'.repeat(4_096) }, {});
    expect(written).toHaveLength(16_384);
  });

  it('writes no more of a text than anybody takes, wherever the long part of it stands', () => {
    const long = '{at, date, full}'.repeat(960);
    const document = templateDocument.parse({
      parameters: { at: { type: 'date' }, n: { type: 'integer' } },
      defaultLocale: 'en',
      locales: { en: { body: `{n, plural, other {{n, select, other {${long}}}}}` } },
    });
    const format = jest.spyOn(Intl.DateTimeFormat.prototype as { format: object }, 'format', 'get');
    const { body } = new CompiledTemplate(document).render({ at: '2026-11-26T23:30:00Z', n: 2 }, {});
    expect(body).toHaveLength(16_384);
    expect(format.mock.calls.length).toBeLessThan(700);
    format.mockRestore();
  });

  it('writes forms within forms as the library does', () => {
    const document = templateDocument.parse({
      parameters: { n: { type: 'integer' }, kind: { type: 'enum', values: ['a'] } },
      defaultLocale: 'en',
      locales: {
        en: {
          body: '{n, plural, offset:1 =0 {none} =1 {you} one {you and # other} other {{kind, select, a {A} other {B}} and # others}}, {n, selectordinal, one {#st} two {#nd} other {#th}}',
        },
      },
    });
    const written = [0, 1, 2, 1_002].map((n) => new CompiledTemplate(document).render({ n, kind: 'a' }, {}).body);
    expect(written).toEqual(['none, 0th', 'you, 1st', 'you and 1 other, 2nd', 'A and 1,001 others, 1,002nd']);
  });

  it('keeps its messages parsed once for a language, and for each region only where a skeleton asks for it', () => {
    const sizes = ['{at, date, long}', '{at, time, ::j}'].map((body) => {
      const template = new CompiledTemplate(
        templateDocument.parse({
          parameters: { at: { type: 'date' } },
          defaultLocale: 'en',
          locales: { en: { body } },
        }),
      );
      const before = template.size;
      for (const locale of ['en-GB', 'en-US', 'en-IE', 'en-US'])
        template.render({ at: '2026-11-26T23:30:00Z' }, { locale });
      return (template.size - before) / body.length;
    });
    expect(sizes).toEqual([1, 3]);
  });

  it('has what belongs to all languages, and leaves out what a language has not', () => {
    expect(render({ locale: 'de' })).toEqual({
      body: expect.any(String),
      data: { link: 'shop://cart/1' },
      sound: 'ping',
      badge: 0,
    });
  });

  it.each([
    [{ defaultLocale: 'fr' }, '/defaultLocale', 'must be one of the locales'],
    [{ locales: { en: { body: '{x}' } } }, '/locales/en/body', 'line 1, column 1: {x} is none of the parameters'],
    [{ locales: { en: { body: 'a', data: { gcm: 'x' } } } }, '/locales/en/data/gcm', 'the key "gcm" is reserved'],
    [{ locales: { en: { body: 'a', data: { 'a/b': '{' } } } }, '/locales/en/data/a~1b', 'line 1, column 1'],
    [{ locales: { en: { body: 'a', imageUrl: 'nowhere' } } }, '/locales/en/imageUrl', 'must be an http or https URL'],
  ])('is not put with %j', (fault, pointer, reason) => {
    const document = templateDocument.parse({ ...CART, ...fault });
    expect(documentProblems(document)).toContainEqual({ pointer, reason: expect.stringContaining(reason) });
  });
});
