import { type MessageFormatElement, TYPE } from '@formatjs/icu-messageformat-parser';
import type { ParameterType, TemplateParameter } from '@signalbox/contracts';
import { dateTimeFormat, numberFormat } from './intl-formats.js';
import { type Parameters, parseMessage, STYLES } from './message.js';

type Usage = 'argument' | 'number' | 'date' | 'time' | 'select' | 'plural';

const USAGE_OF: Readonly<Partial<Record<TYPE, Usage>>> = {
  [TYPE.argument]: 'argument',
  [TYPE.number]: 'number',
  [TYPE.date]: 'date',
  [TYPE.time]: 'time',
  [TYPE.select]: 'select',
  [TYPE.plural]: 'plural',
};

/** How a parameter of each type may stand in a message. Whether it is there may be asked of each (`select`). */
const FITTING: Readonly<Record<ParameterType, { readonly usages: readonly Usage[]; readonly write: string }>> = {
  string: { usages: ['argument', 'select'], write: '{x}' },
  integer: { usages: ['argument', 'number', 'plural', 'select'], write: '{x}, {x, number} or {x, plural, …}' },
  number: { usages: ['argument', 'number', 'plural', 'select'], write: '{x}, {x, number} or {x, plural, …}' },
  date: { usages: ['date', 'time', 'select'], write: '{x, date, long} or {x, time, short}' },
  money: { usages: ['argument', 'select'], write: '{x}' },
  enum: { usages: ['argument', 'select'], write: '{x} or {x, select, …}' },
};

const PLURAL_FORMS = /^(zero|one|two|few|many|other|=\d{1,9})$/;

interface Scope {
  readonly locale: string;
  readonly parameters: Parameters;
  /** Parameters that are known to be there at this place. */
  readonly present: ReadonlySet<string>;
}

/**
 * What is wrong with a message, each with its place in it; nothing when every reader can be written to with it, whichever of the
 * optional parameters are missing.
 */
export function messageProblems(text: string, locale: string, parameters: Parameters): string[] {
  let elements: MessageFormatElement[];
  try {
    elements = parseMessage(text, locale, { captureLocation: true });
  } catch (error) {
    if (error instanceof SyntaxError) return [syntaxProblem(error)];
    if (error instanceof RangeError) return [error.message];
    throw error;
  }
  return [...problemsOf(elements, { locale, parameters, present: new Set() })];
}

function syntaxProblem(error: SyntaxError): string {
  const { location } = error as SyntaxError & { readonly location?: MessageFormatElement['location'] };
  if (error.message === 'MISSING_OTHER_CLAUSE')
    return `${placeOf(location)}: this plural or select has no form called other, which all that is not named gets`;
  return `${placeOf(location)}: ${error.message.toLowerCase().replaceAll('_', ' ')}`;
}

function placeOf(location: MessageFormatElement['location']): string {
  return location === undefined ? 'somewhere' : `line ${location.start.line}, column ${location.start.column}`;
}

function* problemsOf(elements: readonly MessageFormatElement[], scope: Scope): Generator<string> {
  for (const element of elements) {
    const usage = USAGE_OF[element.type];
    if (usage === undefined || element.type === TYPE.literal || element.type === TYPE.pound) continue;
    const at = placeOf(element.location);
    const name = element.value;
    const declared = Object.hasOwn(scope.parameters, name) ? scope.parameters[name] : undefined;
    const wrong = declared === undefined ? `{${name}} is none of the parameters` : misuse(name, declared, usage, scope);
    if (wrong !== undefined) yield `${at}: ${wrong}`;
    else if (element.type === TYPE.select) yield* problemsOfSelect(element, declared!, scope);
    else if (element.type === TYPE.plural) yield* problemsOfPlural(element, scope);
    else yield* problemsOfStyle(element, scope.locale);
  }
}

function misuse(name: string, { type, required }: TemplateParameter, usage: Usage, scope: Scope): string | undefined {
  const { usages, write } = FITTING[type];
  if (!usages.includes(usage))
    return `{${name}} is of type ${type}: write ${write.replaceAll('{x', `{${name}`)}, and not as ${usage}`;
  if (required || usage === 'select' || scope.present.has(name)) return undefined;
  return `{${name}} may be missing: put what has it into {${name}, select, none {…} other {…}}`;
}

function* problemsOfSelect(
  { value: name, options, location }: Extract<MessageFormatElement, { type: TYPE.select }>,
  declared: TemplateParameter,
  scope: Scope,
): Generator<string> {
  const values: readonly string[] = declared.type === 'enum' ? declared.values : [];
  const known = [...values, 'other', ...(declared.required ? [] : ['none'])];
  for (const [key, option] of Object.entries(options)) {
    if (!known.includes(key))
      yield `${placeOf(option.location ?? location)}: ${key} cannot be what {${name}} is, which is one of ${known.join(', ')}`;
    const isPresent = values.includes(key) || (key === 'other' && Object.hasOwn(options, 'none'));
    const present = isPresent ? new Set([...scope.present, name]) : scope.present;
    yield* problemsOf(option.value, { ...scope, present });
  }
}

function* problemsOfPlural(
  { options, location }: Extract<MessageFormatElement, { type: TYPE.plural }>,
  scope: Scope,
): Generator<string> {
  for (const [key, option] of Object.entries(options)) {
    if (!PLURAL_FORMS.test(key))
      yield `${placeOf(option.location ?? location)}: ${key} is no plural form; there are zero, one, two, few, many, other, and =1 for exactly one`;
    yield* problemsOf(option.value, scope);
  }
}

/** A style that Intl does not know would be found out by the first reader. */
function* problemsOfStyle(element: MessageFormatElement, locale: string): Generator<string> {
  if (element.type !== TYPE.number && element.type !== TYPE.date && element.type !== TYPE.time) return;
  const { style, location } = element;
  const kind = USAGE_OF[element.type] as keyof typeof STYLES;
  if (style === undefined || style === null) return;
  if (typeof style === 'string') {
    const known = Object.keys(STYLES[kind]);
    if (!known.includes(style))
      yield `${placeOf(location)}: ${style} is no style of ${kind}s; there are ${known.join(', ')}, and skeletons after ::`;
    return;
  }
  try {
    if (element.type === TYPE.number) numberFormat(locale, style.parsedOptions);
    else dateTimeFormat(locale, style.parsedOptions);
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    yield `${placeOf(location)}: ${error.message}`;
  }
}
