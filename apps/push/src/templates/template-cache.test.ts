import { expect, it } from '@jest/globals';
import { templateDocument } from '@signalbox/contracts';
import { CompiledTemplate } from './compiled-template.js';
import { TemplateCache } from './template-cache.js';

const template = (body: string): CompiledTemplate =>
  new CompiledTemplate(templateDocument.parse({ defaultLocale: 'en', locales: { en: { body } } }));

it('templates are kept ready within a bound, those that were used lately first', () => {
  const one = template('x'.repeat(1_000));
  const cache = new TemplateCache(3_500);
  for (const key of ['a', 'b', 'c']) cache.put(key, one);
  expect(cache.get('a')).toBe(one);
  cache.put('d', one);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true, true]);
});

it('one that is larger than the bound is used and not kept', () => {
  const cache = new TemplateCache(100);
  cache.put('a', template('x'.repeat(1_000)));
  expect(cache.get('a')).toBeUndefined();
});

it('what was parsed since counts when it is used again', () => {
  const [one, other] = [template('x'.repeat(1_000)), template('x'.repeat(1_000))];
  const cache = new TemplateCache(2_500);
  cache.put('a', one);
  cache.put('b', other);
  other.render({}, {});
  expect(cache.get('b')).toBe(other);
  expect(cache.get('a')).toBeUndefined();
});
