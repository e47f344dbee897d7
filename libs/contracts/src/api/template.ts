import { z } from 'zod';
import { LANES } from '../lanes.js';
import { categoryName } from './category.js';
import { badge, collapseKey, dataKey, sound, ttlSeconds } from './notification-parts.js';
import { pageOf } from './page.js';
import { isLocale } from './places-and-languages.js';
import { timeZone } from './policy.js';

/** The name of a template. */
export const templateName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: 'must be 1 to 64 of a-z 0-9 . _ -, such as order.shipped' });

/** A language in its one usual spelling, so that a template cannot have it twice. */
const language = z
  .string()
  .max(35)
  .refine((tag) => isLocale(tag) && Intl.getCanonicalLocales(tag)[0] === tag, {
    error: 'must be a BCP 47 language tag in its usual spelling, such as de or de-CH',
  });

const required = z
  .boolean()
  .default(true)
  .meta({ description: 'one that may be missing is only used inside {name, select, none {…} other {…}}' });

/** What fits between the braces of a message. */
const parameterName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, { error: 'must be a letter and at most 63 of A-Z a-z 0-9 _' });

const enumValue = z
  .string()
  .regex(/^[A-Za-z0-9_]{1,64}$/, { error: 'must be 1 to 64 of A-Z a-z 0-9 _' })
  .refine((value) => value !== 'none' && value !== 'other', {
    error: 'is what messages call a value that is missing (none), or any other (other)',
  });

const parameter = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('string'),
    required,
    maxLength: z.int().min(1).max(4_096).default(256).meta({ description: 'in characters' }),
  }),
  z.strictObject({ type: z.literal('integer'), required }),
  z.strictObject({ type: z.literal('number'), required }),
  z.strictObject({ type: z.literal('date'), required }).meta({ description: 'a moment, written in RFC 3339' }),
  z
    .strictObject({ type: z.literal('money'), required })
    .meta({ description: '{amount, currency}; the amount in the smallest unit of the currency' }),
  z.strictObject({ type: z.literal('enum'), required, values: z.array(enumValue).min(1).max(100) }),
]);
export type TemplateParameter = z.output<typeof parameter>;
export type ParameterType = TemplateParameter['type'];

const MOST_PARAMETERS = 50;
const MOST_LANGUAGES = 100;
const MOST_DATA = 50;

const message = z
  .string()
  .min(1)
  .max(16_384)
  .meta({ description: 'ICU MessageFormat: text, and parameters in braces' });

const words = z
  .strictObject({
    title: message.optional(),
    body: message.optional(),
    data: z
      .record(dataKey, message)
      .refine((data) => Object.keys(data).length <= MOST_DATA, { error: `must be at most ${MOST_DATA}` })
      .optional(),
    imageUrl: message.optional(),
  })
  .refine(({ title, body }) => title !== undefined || body !== undefined, { error: 'must have a title or a body' });
export type TemplateWords = z.output<typeof words>;

/** The body of `PUT /v1/templates/{name}`. */
export const templateDocument = z.strictObject({
  parameters: z
    .record(parameterName, parameter)
    .refine((all) => Object.keys(all).length <= MOST_PARAMETERS, { error: `must be at most ${MOST_PARAMETERS}` })
    .default({}),
  defaultLocale: language.meta({ description: 'of readers whose language is not among the locales' }),
  locales: z
    .record(language, words)
    .refine((all) => Object.keys(all).length <= MOST_LANGUAGES, { error: `must be at most ${MOST_LANGUAGES}` }),
  sound: sound.optional(),
  badge: badge.optional(),
  category: categoryName.optional().meta({ description: 'of notifications that name none themselves' }),
  collapseKey: collapseKey.optional().meta({ description: 'of notifications that name none themselves' }),
});
export type TemplateDocument = z.output<typeof templateDocument>;
export type TemplateDocumentInput = z.input<typeof templateDocument>;

const parameterValue = z.union([z.string(), z.number(), z.strictObject({ amount: z.number(), currency: z.string() })], {
  error: 'must be text, a number, or {amount, currency}',
});

/** What the parameters of a template are filled in with; the template says what each must be. */
export const templateParams = z.record(z.string(), parameterValue);
export type TemplateParams = z.output<typeof templateParams>;

export const templateVersionNumber = z.int().min(1).max(1_000_000_000);

export const templateNameParams = z.strictObject({ name: templateName });
export const templateVersionParams = z.strictObject({
  name: templateName,
  version: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, { error: 'must be the number of a version' })
    .transform(Number),
});

/** The query of `PUT /v1/templates/{name}`. */
export const putTemplateQuery = z.strictObject({
  activate: z
    .enum(['true', 'false'])
    .default('true')
    .meta({ description: 'false: the version is kept for a preview, and the one in force stays' }),
});

/** The body of `POST /v1/templates/{name}/activate`. */
export const activateTemplate = z.strictObject({ version: templateVersionNumber });
export type ActivateTemplate = z.output<typeof activateTemplate>;

export const templateView = z.object({
  name: z.string(),
  version: z.int().meta({ description: '0: built in, and not replaced by one of the app' }),
  active: z.boolean().meta({ description: 'whether it is the version that notifications get which name none' }),
  at: z.iso.datetime().nullable(),
  document: templateDocument,
});
export type TemplateView = z.output<typeof templateView>;

const templateVersion = z.object({ version: z.int(), active: z.boolean(), at: z.iso.datetime() });
export type TemplateVersion = z.output<typeof templateVersion>;
export const templateVersionPage = pageOf(templateVersion);

const templateSummary = z.object({ name: z.string(), activeVersion: z.int(), updatedAt: z.iso.datetime() });
export type TemplateSummary = z.output<typeof templateSummary>;
export const templatePage = pageOf(templateSummary);

/** The body of `POST /v1/templates/{name}/preview`. */
export const previewRequest = z.strictObject({
  version: templateVersionNumber.optional().meta({ description: 'the one in force unless told' }),
  params: templateParams.default({}),
  locale: z
    .string()
    .max(64)
    .refine(isLocale, { error: 'must be a BCP 47 language tag such as de-CH' })
    .optional()
    .meta({ description: 'one reader more: gets the words that fit, and figures as people there write them' }),
  timeZone: timeZone.default('UTC').meta({ description: 'that dates are written in' }),
  options: z
    .strictObject({ priority: z.enum(LANES).default('transactional'), ttlSeconds, collapseKey: collapseKey.optional() })
    .prefault({}),
});
export type PreviewRequest = z.output<typeof previewRequest>;
export type PreviewRequestInput = z.input<typeof previewRequest>;
