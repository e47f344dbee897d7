import type { NotificationAccepted, Uuid } from '@signalbox/contracts';
import type { Sql } from '@signalbox/database';
import { sizeProblems } from '../payloads/size-problems.js';
import { misfits } from '../templates/check-document.js';
import type { CompiledTemplate } from '../templates/compiled-template.js';
import type { TemplateReader } from '../templates/template-reader.js';
import { IN_FORCE } from '../templates/templates.queries.js';
import { BUILT_IN_TEMPLATES } from './built-in-templates.js';
import type { Told } from './judge.js';
import type { Notice, Telling } from './notice-kind.js';
import type { Speaker } from './speaker.js';

interface Own {
  readonly version: number;
  readonly template: CompiledTemplate;
}

/** The words that apps have of their own for some notices. */
export type OwnWords = ReadonlyMap<string, Own>;

const nameOf = (appId: Uuid, template: string): string => `${appId} ${template}`;

/** Reads them, as they are in force at this moment. */
export async function readOwnWords(tx: Sql, templates: TemplateReader, told: readonly Told[]): Promise<OwnWords> {
  const { rows } = await tx.query<{ appId: Uuid; name: string; version: number }>(IN_FORCE, [
    told.map(({ event }) => event.appId),
    told.map(({ telling }) => telling.template),
  ]);
  const found = await Promise.all(
    rows.map(async ({ appId, name, version }) => {
      const template = await templates.version(appId, name, version, tx);
      return template === undefined || !fits(name, template)
        ? []
        : [[nameOf(appId, name), { version, template }] as const];
    }),
  );
  return new Map(found.flat());
}

/** A later release may fill the built-in one in with something else than when the app's was put. */
function fits(name: string, template: CompiledTemplate): boolean {
  const builtIn = BUILT_IN_TEMPLATES.get(name);
  return builtIn !== undefined && misfits(builtIn, template.document).length === 0;
}

/** Tells with the app's own words, or with ours where those cannot be sent: news are worth more than style. */
export function tellWith(
  own: OwnWords,
  { event: { appId }, telling }: Told,
  reader: Speaker,
  content: unknown,
): Notice & Pick<NotificationAccepted, 'template'> {
  const found = own.get(nameOf(appId, telling.template));
  const notice = found && sendable(telling, reader, content, found.template);
  if (found === undefined || notice === undefined) return telling.tell(reader, content);
  return { ...notice, template: { id: telling.template, version: found.version } };
}

/** Whatever one app's template does must not keep the notices of all others from being told. */
function sendable(telling: Telling, reader: Speaker, content: unknown, template: CompiledTemplate): Notice | undefined {
  try {
    const notice = telling.tell(reader, content, template);
    const { title, body } = notice.content;
    if (title === undefined && body === undefined) return undefined;
    const { ttlSeconds } = telling;
    const options = { priority: 'transactional', ttlSeconds, collapseKey: notice.collapseKey } as const;
    const problems = sizeProblems(notice.content, options, { content: '', whole: '', named: '' });
    return problems.length === 0 ? notice : undefined;
  } catch {
    return undefined;
  }
}
