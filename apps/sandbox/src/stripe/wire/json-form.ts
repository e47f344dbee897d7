import type { FormObject, FormValue } from './form.js';
import { invalid } from './refused.js';

/** The JSON that /v2 takes, in the form that /v1's parameters are read from. @throws Refused */
export function readJsonBody(text: string): FormObject {
  if (text === '') return {};
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid('The request body is not valid JSON.');
  }
  const value = toForm(body);
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('The request body must be a JSON object.');
  return value as FormObject;
}

function toForm(value: unknown): FormValue {
  if (Array.isArray(value)) return value.map(toForm);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toForm(field)]));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
