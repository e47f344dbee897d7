import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { TemplateParameter } from '@signalbox/contracts';
import { type Formatters, formatToParts, IntlMessageFormat } from 'intl-messageformat';
import { dateTimeFormat, numberFormat, pluralRules } from './intl-formats.js';

export type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** What a message is filled in with, as the library takes it. */
export type MessageValues = Readonly<Record<string, string | number | Date>>;

export type Parameters = Readonly<Record<string, TemplateParameter>>;

/** How a parameter's presence is called among the values: no parameter can have such a name. */
export const presenceOf = (name: string): string => `${name}?`;

interface Styles {
  readonly number: Record<string, { readonly maximumFractionDigits?: number; readonly style?: 'percent' }>;
  readonly date: Record<string, Intl.DateTimeFormatOptions>;
  readonly time: Record<string, Intl.DateTimeFormatOptions>;
}

/**
 * The styles by which messages write numbers and times: those of ICU, and two that sentences need: `{at, date, day}` is a day
 * of this year or so, `{at, date, moment}` a day and its time.
 */
export const STYLES: Styles = {
  number: { integer: { maximumFractionDigits: 0 }, percent: { style: 'percent' } },
  date: {
    ...IntlMessageFormat.formats.date,
    day: { day: 'numeric', month: 'long' },
    moment: { dateStyle: 'long', timeStyle: 'short' },
  },
  time: IntlMessageFormat.formats.time,
};

/**
 * Parses a message. Text in angle brackets is text, since nothing here shows markup. `locale` decides what a skeleton such as `j`
 * (the hour as people there write it) stands for.
 *
 * `captureLocation` tells where each element stands, which whoever checks it needs and whoever keeps it does not.
 *
 * @throws SyntaxError with a `location`, or RangeError for a skeleton that Intl cannot do.
 */
export function parseMessage(
  text: string,
  locale: string,
  { captureLocation = false }: { readonly captureLocation?: boolean } = {},
): MessageFormatElement[] {
  return parse(text, { ignoreTag: true, captureLocation, locale: new Intl.Locale(locale) });
}

/** Whether it is parsed for one region alone: only skeletons, which begin with `::`, depend on it. */
export function dependsOnRegion(text: string): boolean {
  return text.includes('::');
}

/**
 * Makes `{name, select, none {…} other {…}}` ask whether the parameter is there, and not whether its text is "none". An enum asks for
 * its value, which is never called so.
 */
export function askForPresence(elements: MessageFormatElement[], parameters: Parameters): MessageFormatElement[] {
  return elements.map((element): MessageFormatElement => {
    if (element.type !== TYPE.select && element.type !== TYPE.plural) return element;
    const options = Object.fromEntries(
      Object.entries(element.options).map(([key, option]) => {
        return [key, { ...option, value: askForPresence(option.value, parameters) }];
      }),
    );
    const asksForPresence = element.type === TYPE.select && parameters[element.value]?.type !== 'enum';
    return { ...element, options, value: asksForPresence ? presenceOf(element.value) : element.value };
  });
}

/**
 * Writes a message for a reader, and no further than the limit (in characters): figures as in `locale`, times as the clocks of
 * `timeZone` show them.
 */
export function writeMessage(
  elements: MessageFormatElement[],
  { locale, timeZone, limit }: { readonly locale: string; readonly timeZone: string; readonly limit: number },
  values: MessageValues,
): string {
  const formatters: Formatters = {
    getNumberFormat: (_, style) => numberFormat(locale, style),
    getDateTimeFormat: (_, style) => dateTimeFormat(locale, { ...style, timeZone }),
    getPluralRules: (_, style) => pluralRules(locale, style),
  };
  let text = '';
  for (const part of piecesOf(elements, { locale, formatters, values })) {
    // Piece by piece: a slice of the whole would keep all of the whole in memory.
    text += part.slice(0, limit - text.length);
    if (text.length >= limit) break;
  }
  return text;
}

interface Writing {
  readonly locale: string;
  readonly formatters: Formatters;
  readonly values: MessageValues;
}

/** As the library writes it, but one piece at a time, so that whoever has enough may stop. `count`: what `#` is. */
function* piecesOf(elements: readonly MessageFormatElement[], writing: Writing, count?: number): Generator<string> {
  const { locale, formatters, values } = writing;
  for (const element of elements) {
    const value = element.type === TYPE.select || element.type === TYPE.plural ? values[element.value] : undefined;
    if (element.type === TYPE.select && value !== undefined) {
      yield* piecesOf(optionOf(element, String(value)), writing);
    } else if (element.type === TYPE.plural && typeof value === 'number') {
      const counted = value - element.offset;
      const form = formatters.getPluralRules(locale, { type: element.pluralType }).select(counted);
      yield* piecesOf(optionOf(element, `=${value}`, form), writing, counted);
    } else {
      const parts = formatToParts<string>([element], locale, formatters, STYLES, { ...values }, count);
      yield parts.map((part) => part.value).join('');
    }
  }
}

function optionOf(
  { options }: Extract<MessageFormatElement, { type: TYPE.select | TYPE.plural }>,
  ...names: readonly string[]
): MessageFormatElement[] {
  const name = names.find((each) => Object.hasOwn(options, each)) ?? 'other';
  return options[name]!.value;
}
