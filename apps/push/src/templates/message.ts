import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { TemplateParameter } from '@signalbox/contracts';
import { formatToParts, IntlMessageFormat } from 'intl-messageformat';
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
 * @throws SyntaxError with a `location`, or RangeError for a skeleton that Intl cannot do.
 */
export function parseMessage(text: string, locale: string): MessageFormatElement[] {
  return parse(text, { ignoreTag: true, captureLocation: true, locale: new Intl.Locale(locale) });
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

/** Writes a message for a reader: figures as in `locale`, times as the clocks of `timeZone` show them. */
export function writeMessage(
  elements: MessageFormatElement[],
  locale: string,
  timeZone: string,
  values: MessageValues,
): string {
  const formatters = {
    getNumberFormat: (_: unknown, style?: object) => numberFormat(locale, style),
    getDateTimeFormat: (_: unknown, style?: object) => dateTimeFormat(locale, { ...style, timeZone }),
    getPluralRules: (_: unknown, style?: object) => pluralRules(locale, style),
  };
  const parts = formatToParts<string>(elements, locale, formatters, STYLES, { ...values });
  return parts.map(({ value }) => value).join('');
}
