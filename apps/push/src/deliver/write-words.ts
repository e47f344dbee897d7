import type { Uuid } from '@signalbox/contracts';
import { ContentBroken } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { NotificationContent } from '../providers/push-provider.js';
import type { CompiledTemplate, Reader } from '../templates/compiled-template.js';
import type { TemplateReader } from '../templates/template-reader.js';
import type { SendItem } from '../work/push-work.js';
import { isTemplate, type StoredContent, type TemplateContent } from '../work/stored-content.js';
import { READERS } from './load.queries.js';

/** Writes what a template says to whoever holds the device of an item, or says why it cannot. */
export type Writing = (item: SendItem, content: TemplateContent) => NotificationContent | { readonly refused: string };

const keyOf = ({ template: { id, version } }: TemplateContent): string => `${id}/${version}`;

/** Reads what templates of a work row need: nothing where there are none, else one statement, and one for a version that is new here. */
export async function writingFor(
  database: Database,
  templates: TemplateReader,
  appId: Uuid,
  items: readonly SendItem[],
  contents: ReadonlyMap<Uuid, StoredContent | ContentBroken>,
): Promise<Writing> {
  const used = new Map<string, TemplateContent>();
  for (const content of contents.values()) {
    if (!(content instanceof ContentBroken) && isTemplate(content)) used.set(keyOf(content), content);
  }
  const [readers, compiled] = await Promise.all([
    used.size === 0 ? new Map<Uuid, Reader>() : readReaders(database, appId, items),
    Promise.all(
      [...used].map(async ([key, { template }]) => {
        return [key, await templates.version(appId, template.id, template.version)] as const;
      }),
    ),
  ]);
  const templateOf = new Map(compiled);
  return (item, content) => {
    const template = templateOf.get(keyOf(content));
    const reader = readers.get(item.v);
    // Decided when it was routed, where it was; a replay was not.
    return write(template, content, { ...reader, locale: item.l ?? reader?.locale });
  };
}

async function readReaders(database: Database, appId: Uuid, items: readonly SendItem[]): Promise<Map<Uuid, Reader>> {
  const { rows } = await database.query<{ id: Uuid; locale: string | null; timeZone: string | null }>(READERS, [
    appId,
    items.map((item) => item.v),
  ]);
  return new Map(
    rows.map(({ id, locale, timeZone }) => [id, { locale: locale ?? undefined, timeZone: timeZone ?? undefined }]),
  );
}

/** What was checked when it was put should not fail here; if it does, one notification ends with a reason, and not its whole work row. */
function write(
  template: CompiledTemplate | undefined,
  { template: { params } }: TemplateContent,
  reader: Reader,
): ReturnType<Writing> {
  if (template === undefined) return { refused: 'template_unknown' };
  try {
    return template.render(params, reader);
  } catch {
    return { refused: 'template_failed' };
  }
}
