/** What Braintree's XML can hold. Names are written as ours (`orderId`) and go out as Braintree's (`order-id`). */
export type XmlValue = Date | XmlRecord | Typed | boolean | number | string | null | undefined;
export interface XmlRecord {
  readonly [name: string]: XmlValue;
}

/** A value whose type the element names: a list, a page of a search, a day. */
class Typed {
  constructor(
    readonly type: 'array' | 'collection' | 'date' | 'symbol',
    readonly inside: string,
  ) {}
}

/** An array whose elements are called `item`. */
export function list(item: string, values: readonly XmlValue[]): Typed {
  return new Typed('array', values.map((value) => element(item, value)).join(''));
}

/** A page of what was found, with how much there is. */
export function collection(record: XmlRecord, item: string, values: readonly XmlValue[]): Typed {
  return new Typed('collection', fields(record) + values.map((value) => element(item, value)).join(''));
}

/** A day, as in 2026-11-26. */
export function day(date: Date): Typed {
  return new Typed('date', date.toISOString().slice(0, 10));
}

/** The name of a field in an error. */
export function symbol(name: string): Typed {
  return new Typed('symbol', escaped(name));
}

export function xmlDocument(name: string, value: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value)}\n`;
}

function element(name: string, value: XmlValue): string {
  const tag = dashed(name);
  const typed = (type: string, inside: string): string => `<${tag} type="${type}">${inside}</${tag}>`;
  if (value === null || value === undefined) return `<${tag} nil="true"/>`;
  if (value instanceof Typed) return typed(value.type, value.inside);
  if (value instanceof Date) return typed('datetime', value.toISOString().replace('.000Z', 'Z'));
  if (typeof value === 'string') return `<${tag}>${escaped(value)}</${tag}>`;
  if (typeof value === 'number') return typed('integer', String(value));
  if (typeof value === 'boolean') return typed('boolean', String(value));
  return `<${tag}>${fields(value)}</${tag}>`;
}

function fields(record: XmlRecord): string {
  return Object.entries(record)
    .map(([name, value]) => element(name, value))
    .join('');
}

/** `last4` is `last-4`: a digit begins a new word too. */
function dashed(name: string): string {
  const parted = name.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (letter) => `-${letter.toLowerCase()}`);
  return parted.replaceAll('_', '-');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** What XML 1.0 cannot hold at all is left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"\r]/g, (character) => ENTITIES[character] ?? '');
}
