import { asyncApi } from './asyncapi.ts';
import { eventCatalogue } from './event-catalogue.ts';
import { ASYNCAPI, catalogueFile, COLLECTION, documentFile, textOf } from './files.ts';
import { collectionOf } from './postman/collection.ts';
import { type ApiDocument, SERVICES, type Service } from './services.ts';

export type Documents = Readonly<Record<Service, ApiDocument>>;

/** The document of each service, as it tells it itself. `urls`: where they answer. */
export async function readServices(urls: Readonly<Record<Service, string>>): Promise<Documents> {
  const documents = await Promise.all(
    SERVICES.map(async (service) => [service, await (await fetch(`${urls[service]}/openapi.json`)).json()] as const),
  );
  return Object.fromEntries(documents) as Documents;
}

/** What every file of this folder has to hold, by its path. */
export function filesOf(documents: Documents): ReadonlyMap<string, string> {
  const catalogue = eventCatalogue();
  return new Map([
    ...SERVICES.map((service) => [documentFile(service), textOf(documents[service])] as const),
    [catalogueFile(), textOf(catalogue)],
    [ASYNCAPI, textOf(asyncApi(catalogue))],
    [COLLECTION, textOf(collectionOf(documents))],
  ]);
}
