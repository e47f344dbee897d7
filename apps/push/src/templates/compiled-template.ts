import type { TemplateDocument, TemplateParams } from '@signalbox/contracts';
import type { NotificationContent } from '../providers/push-provider.js';
import { formatAmount } from './amount.js';
import {
  askForPresence,
  dependsOnRegion,
  type MessageFormatElement,
  type MessageValues,
  parseMessage,
  presenceOf,
  writeMessage,
} from './message.js';

/** Who reads it, as far as anybody said. */
export interface Reader {
  /** BCP 47. */
  readonly locale?: string | undefined;
  /** IANA; UTC unless told. */
  readonly timeZone?: string | undefined;
}

/** The words that a reader gets. */
export interface Language {
  /** Of the template. */
  readonly words: string;
  /** That figures are written in: the reader's own region, where it speaks this language. */
  readonly figures: string;
}

type Messages = Readonly<Record<'title' | 'body' | 'imageUrl', MessageFormatElement[] | undefined>> & {
  readonly data: readonly (readonly [string, MessageFormatElement[]])[];
};

/** Characters. No provider takes a quarter of it: what is longer is refused whatever comes after, and must not fill the memory first. */
const LONGEST_TEXT = 16_384;

/** Languages, and regions where a skeleton makes a difference, that a template keeps its messages parsed for. */
const MOST_LANGUAGES = 200;

/** Characters of messages that one template keeps parsed. */
const MOST_PARSED = 1024 * 1024;

/** One version of a template, ready to be filled in. The document must have been checked. */
export class CompiledTemplate {
  private readonly parsed = new Map<string, Messages>();
  private readonly written: number;
  private parsedSize = 0;

  constructor(readonly document: TemplateDocument) {
    this.written = JSON.stringify(document).length;
  }

  /** Characters that it keeps: of the document, and of the messages that are parsed by now. It grows with the languages that are asked for. */
  get size(): number {
    return this.written + this.parsedSize;
  }

  /** From the reader's region to the language to the template's default: de-CH, de, en. */
  languageFor(asked: string | undefined): Language {
    const { locales, defaultLocale } = this.document;
    const figures = asked === undefined ? defaultLocale : Intl.getCanonicalLocales(asked)[0]!;
    for (let tag = figures; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
      if (Object.hasOwn(locales, tag)) return { words: tag, figures };
    }
    // Figures follow the words: a French amount in an English sentence would be neither.
    return { words: defaultLocale, figures: defaultLocale };
  }

  /** What a phone shows to this reader. A text that comes out empty is left out. `params` must have been checked. */
  render(params: TemplateParams, { locale, timeZone = 'UTC' }: Reader): NotificationContent {
    const language = this.languageFor(locale);
    const messages = this.messagesIn(language);
    const values = this.valuesOf(params, language.figures);
    const written = (message: MessageFormatElement[] | undefined): string =>
      message === undefined
        ? ''
        : writeMessage(message, { locale: language.figures, timeZone, limit: LONGEST_TEXT }, values);
    const texts = {
      title: written(messages.title),
      body: written(messages.body),
      imageUrl: written(messages.imageUrl),
    };
    const { sound, badge } = this.document;
    return {
      ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== '')),
      ...(messages.data.length > 0 && {
        data: Object.fromEntries(messages.data.map(([key, message]) => [key, written(message)])),
      }),
      ...(sound !== undefined && { sound }),
      ...(badge !== undefined && { badge }),
    };
  }

  private messagesIn({ words, figures }: Language): Messages {
    const { locales, parameters } = this.document;
    const { title, body, imageUrl, data } = locales[words]!;
    const texts = [title, body, imageUrl, ...Object.values(data ?? {})].filter((text) => text !== undefined);
    const key = texts.some(dependsOnRegion) ? `${words} ${figures}` : words;
    const known = this.parsed.get(key);
    if (known !== undefined) return known;
    const parse = (text: string): MessageFormatElement[] => askForPresence(parseMessage(text, figures), parameters);
    const messages: Messages = {
      title: title === undefined ? undefined : parse(title),
      body: body === undefined ? undefined : parse(body),
      imageUrl: imageUrl === undefined ? undefined : parse(imageUrl),
      data: Object.entries(data ?? {}).map(([name, text]) => [name, parse(text)] as const),
    };
    const size = texts.reduce((sum, text) => sum + text.length, 0);
    if (this.parsed.size >= MOST_LANGUAGES || this.parsedSize + size > MOST_PARSED) {
      this.parsed.clear();
      this.parsedSize = 0;
    }
    this.parsed.set(key, messages);
    this.parsedSize += size;
    return messages;
  }

  private valuesOf(params: TemplateParams, locale: string): MessageValues {
    return Object.fromEntries(
      Object.entries(this.document.parameters).flatMap(([name, { type }]): [string, string | number | Date][] => {
        const value = Object.hasOwn(params, name) ? params[name] : undefined;
        if (value === undefined)
          return [
            [name, type === 'enum' ? 'none' : ''],
            [presenceOf(name), 'none'],
          ];
        return [
          [name, written(type, value, locale)],
          [presenceOf(name), 'other'],
        ];
      }),
    );
  }
}

function written(type: string, value: TemplateParams[string], locale: string): string | number | Date {
  if (typeof value === 'object') return formatAmount(value.amount, value.currency, locale);
  return type === 'date' ? new Date(value) : value;
}
