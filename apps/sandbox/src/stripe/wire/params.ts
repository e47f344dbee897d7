import type { FormObject, FormValue } from './form.js';
import { invalid, missing } from './refused.js';

/** Metadata and its limits: https://docs.stripe.com/metadata */
export type Metadata = Record<string, string>;
const METADATA = { keys: 50, keyLength: 40, valueLength: 500 };

/** The parameters of one request, or of one nested object of it. A parameter that is not asked for is not looked at. */
export class Params {
  constructor(
    private readonly values: FormObject,
    private readonly path = '',
  ) {}

  with(name: string, value: string): Params {
    return new Params({ ...this.values, [name]: value }, this.path);
  }

  names(): string[] {
    return Object.keys(this.values);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  /** An empty value means that the field is to be emptied. */
  isCleared(name: string): boolean {
    return this.value(name) === '';
  }

  /** @throws Refused when it is a list or an object. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') throw invalid(`Invalid string: ${JSON.stringify(value)}`, this.named(name));
    return value;
  }

  require(name: string): string {
    const text = this.text(name);
    if (text === undefined) throw missing(this.named(name));
    return text;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(text))
      throw invalid(`Invalid integer: ${text}`, this.named(name), 'parameter_invalid_integer');
    return Number(text);
  }

  requireInteger(name: string): number {
    const integer = this.integer(name);
    if (integer === undefined) throw missing(this.named(name));
    return integer;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') throw invalid(`Invalid boolean: ${text}`, this.named(name));
    return text === 'true';
  }

  choice<Option extends string>(name: string, options: readonly Option[]): Option | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const option = options.find((candidate) => candidate === text);
    if (option === undefined)
      throw invalid(`Invalid ${this.named(name)}: must be one of ${options.join(', ')}`, this.named(name));
    return option;
  }

  texts(name: string): string[] {
    const value = this.value(name);
    if (value === undefined || value === '') return [];
    const list = Array.isArray(value) ? (value as readonly FormValue[]) : [value];
    return list.map((entry) => {
      if (typeof entry !== 'string') throw invalid(`Invalid array`, this.named(name));
      return entry;
    });
  }

  child(name: string): Params | undefined {
    const value = this.fields(name);
    return value && new Params(value, this.named(name));
  }

  children(name: string): Params[] {
    const value = this.value(name);
    if (!Array.isArray(value)) return [];
    const list = value as readonly FormValue[];
    return list.filter(isObject).map((entry, index) => new Params(entry, `${this.named(name)}[${index}]`));
  }

  /** As it was sent, for fields that the fake only keeps; absent fields are null, as in Stripe's answers. */
  kept(name: string): FormValue | null {
    const value = this.value(name);
    return value === undefined || value === '' ? null : value;
  }

  /** The fields of a nested object as they were sent. */
  fields(name: string): FormObject | undefined {
    const value = this.value(name);
    return isObject(value) ? value : undefined;
  }

  /** What was there with what is sent put over it: an empty value deletes its key, an empty `metadata` all of them. */
  metadata(current: Metadata = {}): Metadata {
    if (this.isCleared('metadata')) return {};
    const sent = this.value('metadata');
    if (!isObject(sent)) return current;
    const merged = { ...current };
    for (const [key, value] of Object.entries(sent)) {
      if (typeof value !== 'string') throw invalid('Metadata values must be strings', `metadata[${key}]`);
      if (key.length > METADATA.keyLength || value.length > METADATA.valueLength)
        throw invalid('Metadata keys can have 40 characters and values 500', 'metadata');
      if (value === '') Reflect.deleteProperty(merged, key);
      else merged[key] = value;
    }
    if (Object.keys(merged).length > METADATA.keys) throw invalid('Metadata can have up to 50 keys', 'metadata');
    return merged;
  }

  private value(name: string): FormValue | undefined {
    return Object.hasOwn(this.values, name) ? this.values[name] : undefined;
  }

  /** As the caller wrote it: `components[payment_element][enabled]`. */
  named(name: string): string {
    return this.path === '' ? name : `${this.path}[${name}]`;
  }
}

function isObject(value: FormValue | undefined): value is FormObject {
  return typeof value === 'object' && !Array.isArray(value);
}
