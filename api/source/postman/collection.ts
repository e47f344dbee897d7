import { type ApiDocument, SERVICES, type Service } from '../services.ts';
import { firstSteps } from './first-steps.ts';
import { type Item, itemOf } from './item.ts';

/** What whoever runs the collection fills in; the first steps fill in the rest. */
const VARIABLES = {
  ...Object.fromEntries(SERVICES.map((service, at) => [`${service}Url`, `http://127.0.0.1:${4001 + at}`])),
  operatorToken: '',
  userToken: '',
};

interface Folder {
  readonly name: string;
  readonly description?: string;
  readonly item: readonly (Item | Folder)[];
}

/** The Postman collection (format 2.1) of all services: a way from nothing to a notification, then every operation once. */
export function collectionOf(documents: Readonly<Record<Service, ApiDocument>>): object {
  return {
    info: {
      name: 'Signalbox',
      description: 'Made from the OpenAPI documents. Needs operatorToken, and userToken for what users do.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: Object.entries(VARIABLES).map(([key, value]) => ({ key, value, type: 'string' })),
    item: [
      {
        name: 'first steps',
        description: 'An app, its key, a phone, a notification and what became of it. Each must succeed.',
        item: firstSteps(documents),
      },
      ...SERVICES.map((service) => folderOf(service, documents[service])),
    ],
  };
}

function folderOf(service: Service, document: ApiDocument): Folder {
  const byTag = new Map<string, Item[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      const items = byTag.get(tag) ?? [];
      byTag.set(tag, items);
      items.push(itemOf({ service, method, path, operation, document }));
    }
  }
  const { title, description } = document.info;
  const folders = [...byTag].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return { name: title, description, item: folders.map(([name, item]) => ({ name, item })) };
}
