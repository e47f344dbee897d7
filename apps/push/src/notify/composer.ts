import { setImmediate } from 'node:timers/promises';
import {
  imageUrl,
  type NotificationRequest,
  type ProblemError,
  type TemplateUse,
  type Uuid,
} from '@signalbox/contracts';
import { problems } from '@signalbox/http';
import { Semaphore } from '@signalbox/resilience';
import { sizeProblems } from '../payloads/size-problems.js';
import type { NotificationContent } from '../providers/push-provider.js';
import type { CompiledTemplate } from '../templates/compiled-template.js';
import { paramProblems } from '../templates/read-params.js';
import type { TemplateReader } from '../templates/template-reader.js';
import type { StoredContent } from '../work/stored-content.js';

/** What a notification says, and how: the parts of a request that may name a template. */
export type Saying = Pick<NotificationRequest, 'content' | 'template' | 'options'>;

/** A notification's words, checked: whoever reads them, every provider takes them. */
export interface Composed {
  /** What is kept sealed. */
  readonly content: StoredContent;
  /** Those of the request, and what the template adds to them. */
  readonly options: NotificationRequest['options'];
  readonly template?: { readonly id: string; readonly version: number };
  /** What is shown, by language; under `*` what is the same in all. */
  readonly wordings: ReadonlyMap<string, NotificationContent>;
}

/** The wording of what has but one. */
const ANY_LANGUAGE = '*';

/** Turns what a caller wants said into what is stored. */
export class Composer {
  /** One after the other, and in between everybody else: 500 lines of a batch in 100 languages are a second's work. */
  private readonly turns = new Semaphore(1);

  constructor(private readonly templates: TemplateReader) {}

  /**
   * Pins the version of a template and checks everything that could stop it later: parameters, and the size in every language for
   * every provider.
   *
   * @throws Problem 422 that names the field, and for a size the language, the provider and the bytes.
   */
  async compose(appId: Uuid, { content, template, options }: Saying): Promise<Composed> {
    if (template !== undefined) return this.fillIn(appId, template, options);
    const words = content as NotificationContent;
    const wordings = new Map([[ANY_LANGUAGE, words]]);
    refuse(sizeProblems(words, options, { content: '/content', whole: '/content', named: '' }));
    return { content: words, options, wordings };
  }

  private async fillIn(appId: Uuid, use: TemplateUse, asked: NotificationRequest['options']): Promise<Composed> {
    const { id, params } = use;
    const active = await this.templates.activeVersion(appId, id);
    if (active === undefined) {
      throw invalid('/template/id', `is no template of this app; PUT /v1/templates/${id} makes it`);
    }
    const version = use.version ?? active;
    const template = await this.templates.version(appId, id, version);
    if (template === undefined) throw invalid('/template/version', `is no version of ${id}; ${active} is in force`);
    const { document } = template;
    refuse(paramProblems(document.parameters, params, '/template/params'));
    const { category = document.category, collapseKey = document.collapseKey } = asked;
    const options = {
      ...asked,
      ...(category !== undefined && { category }),
      ...(collapseKey !== undefined && { collapseKey }),
    };
    const wordings = await this.turns.use(async () => {
      await setImmediate();
      return wordingsOf(template, params, options);
    });
    return { content: { template: { id, version, params } }, options, template: { id, version }, wordings };
  }
}

/**
 * What readers of each language get. Regions and time zones make a few bytes more or less of it.
 *
 * @throws Problem 422 for the first language that cannot be sent.
 */
function wordingsOf(
  template: CompiledTemplate,
  params: TemplateUse['params'],
  options: NotificationRequest['options'],
): Map<string, NotificationContent> {
  const wordings = new Map<string, NotificationContent>();
  for (const locale of Object.keys(template.document.locales)) {
    const words = template.render(params, { locale });
    refuse(wordProblems(locale, words, options));
    wordings.set(locale, words);
  }
  return wordings;
}

function wordProblems(
  locale: string,
  words: NotificationContent,
  options: NotificationRequest['options'],
): ProblemError[] {
  const pointer = '/template/params';
  if (words.title === undefined && words.body === undefined)
    return [{ pointer, reason: `leave neither a title nor a body in ${locale}` }];
  if (words.imageUrl !== undefined && !imageUrl.safeParse(words.imageUrl).success)
    return [
      { pointer, reason: `make an imageUrl in ${locale} that is no http or https URL of at most 2,048 characters` },
    ];
  return sizeProblems(words, options, { content: '/template', whole: pointer, named: `in ${locale} ` });
}

function refuse(errors: readonly ProblemError[]): void {
  if (errors.length > 0) throw problems.invalid(errors);
}

function invalid(pointer: string, reason: string) {
  return problems.invalid([{ pointer, reason }]);
}
