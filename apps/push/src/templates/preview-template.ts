import type { PreviewRequest, TemplatePreview } from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import { previewOf } from '../payloads/preview.js';
import type { CompiledTemplate } from './compiled-template.js';
import { paramProblems } from './read-params.js';

/**
 * What readers of each language get of a template, and one reader more, whose region and clock are told.
 *
 * @throws Problem 422 for parameters that do not fit.
 */
export function previewTemplate(
  template: CompiledTemplate,
  { params, locale, timeZone, options }: PreviewRequest,
): Pick<TemplatePreview, 'locales' | 'reader'> {
  const { parameters, locales, collapseKey } = template.document;
  const errors = paramProblems(parameters, params, '/params');
  if (errors.length > 0) throw problems.invalid(errors);
  const asked = { ...options, collapseKey: options.collapseKey ?? collapseKey };
  const preview = (language: string) => previewOf(template.render(params, { locale: language, timeZone }), asked);
  return {
    locales: Object.fromEntries(Object.keys(locales).map((language) => [language, preview(language)])),
    ...(locale !== undefined && {
      reader: { locale: template.languageFor(locale).words, ...preview(locale) },
    }),
  };
}
