import type { ProblemError, TemplateParameter, TemplateParams } from '@signalbox/contracts';
import { jsonPointer } from '@signalbox/http';
import type { Parameters } from './message.js';

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;
const CURRENCY = /^[A-Za-z]{3}$/;

/** What is wrong with the parameters that somebody gave, each with its pointer below `pointer`. */
export function paramProblems(parameters: Parameters, given: TemplateParams, pointer: string): ProblemError[] {
  const at = (name: string): string => `${pointer}${jsonPointer([name])}`;
  const known = Object.keys(parameters);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  const there = known.length === 0 ? 'it has none' : `there are ${known.join(', ')}`;
  return [
    ...unknown.map((name) => ({ pointer: at(name), reason: `is no parameter of this template; ${there}` })),
    ...Object.entries(parameters).flatMap(([name, declared]) => {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined) return declared.required ? [{ pointer: at(name), reason: 'is required' }] : [];
      const reason = wrongValue(declared, value);
      return reason === undefined ? [] : [{ pointer: at(name), reason }];
    }),
  ];
}

function wrongValue(declared: TemplateParameter, value: TemplateParams[string]): string | undefined {
  switch (declared.type) {
    case 'string':
      if (typeof value !== 'string') return 'must be text';
      return [...value].length <= declared.maxLength ? undefined : `must have at most ${declared.maxLength} characters`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : 'must be a whole number, at most 9007199254740991';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : 'must be a number';
    case 'date':
      return isMoment(value) ? undefined : 'must be a moment in RFC 3339, such as 2026-12-24T18:00:00Z';
    case 'money':
      return isMoney(value)
        ? undefined
        : 'must be {amount, currency}, such as {"amount": 1250, "currency": "EUR"} for € 12.50';
    case 'enum':
      return typeof value === 'string' && declared.values.includes(value)
        ? undefined
        : `must be one of ${declared.values.join(', ')}`;
  }
}

function isMoment(value: TemplateParams[string]): boolean {
  return typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value));
}

function isMoney(value: TemplateParams[string]): boolean {
  return typeof value === 'object' && Number.isSafeInteger(value.amount) && CURRENCY.test(value.currency);
}
