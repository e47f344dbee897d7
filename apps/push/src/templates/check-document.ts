import { imageUrl, type ProblemError, type TemplateDocument, type TemplateWords } from '@signalbox/contracts';
import { jsonPointer } from '@signalbox/http';
import { reservedKey } from '../payloads/channels.js';
import { messageProblems } from './check-message.js';

/** What is wrong with a document besides its shape; nothing when whoever it is sent to can be written to. */
export function documentProblems(document: TemplateDocument): ProblemError[] {
  const { locales, defaultLocale } = document;
  const problems = Object.entries(locales).flatMap(([locale, words]) => wordProblems(document, locale, words));
  if (Object.hasOwn(locales, defaultLocale)) return problems;
  return [{ pointer: '/defaultLocale', reason: 'must be one of the locales' }, ...problems];
}

function wordProblems({ parameters }: TemplateDocument, locale: string, words: TemplateWords): ProblemError[] {
  const { data = {}, ...texts } = words;
  const messages = [
    ...Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[[name], text] as const])),
    ...Object.entries(data).map(([key, text]) => [['data', key], text] as const),
  ];
  const problems = messages.flatMap(([path, text]) =>
    messageProblems(text, locale, parameters).map((reason) => ({ pointer: at(locale, ...path), reason })),
  );
  const reserved = reservedKey(Object.keys(data));
  if (reserved !== undefined) problems.push({ pointer: at(locale, 'data', reserved.key), reason: reserved.reason });
  // With parameters in it, it is known when it is filled in.
  if (texts.imageUrl?.includes('{') === false && !imageUrl.safeParse(texts.imageUrl).success)
    problems.push({
      pointer: at(locale, 'imageUrl'),
      reason: 'must be an http or https URL of at most 2,048 characters',
    });
  return problems;
}

function at(locale: string, ...path: string[]): string {
  return jsonPointer(['locales', locale, ...path]);
}

/**
 * Why a template cannot stand in for the built-in one of its name: Signalbox fills that in itself, with these parameters and no
 * others. A parameter may be left out.
 */
export function misfits(builtIn: TemplateDocument, document: TemplateDocument): ProblemError[] {
  return Object.entries(document.parameters).flatMap(([name, declared]) => {
    const pointer = jsonPointer(['parameters', name]);
    const filled = Object.hasOwn(builtIn.parameters, name) ? builtIn.parameters[name] : undefined;
    const there = `Signalbox fills this template in, with ${Object.keys(builtIn.parameters).join(', ')}`;
    if (filled === undefined) return [{ pointer, reason: `is not among its parameters: ${there}` }];
    if (filled.type !== declared.type)
      return [{ pointer: `${pointer}/type`, reason: `must be ${filled.type}: ${there}` }];
    if (declared.required && !filled.required)
      return [{ pointer: `${pointer}/required`, reason: 'must be false: it is not always known' }];
    if (filled.type === 'string' && declared.type === 'string' && declared.maxLength < filled.maxLength)
      return [{ pointer: `${pointer}/maxLength`, reason: `must be ${filled.maxLength} or more: it may be as long` }];
    if (filled.type !== 'enum' || declared.type !== 'enum') return [];
    const missing = filled.values.filter((value) => !declared.values.includes(value));
    return missing.length === 0
      ? []
      : [{ pointer: `${pointer}/values`, reason: `must have ${missing.join(', ')}, too` }];
  });
}
