import { EVENT_TYPES, feedEvent } from '@signalbox/contracts';
import { z } from 'zod';

/** JSON Schema, draft 7: the one dialect that AsyncAPI's own schemas are made of. */
export interface EventCatalogue {
  readonly $schema: string;
  readonly title: string;
  readonly description: string;
  readonly oneOf: readonly { readonly $ref: string }[];
  readonly definitions: Readonly<Record<string, object>>;
}

/** Every event as a webhook or the feed tells it, from the schemas that the event log writes by. */
export function eventCatalogue(): EventCatalogue {
  const types = Object.entries(EVENT_TYPES).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Signalbox events',
    description:
      'One event of the feed, or one body of a webhook, with the attribute names of CloudEvents 1.0. `type` says which it is; new types and new members may come.',
    oneOf: types.map(([type]) => ({ $ref: `#/definitions/${type}` })),
    definitions: Object.fromEntries(types.map(([type, data]) => [type, event(type, data)])),
  };
}

function event(type: string, data: z.ZodType): object {
  const envelope = plain(feedEvent) as { readonly properties: object };
  return { title: type, ...envelope, properties: { ...envelope.properties, type: { const: type }, data: plain(data) } };
}

/** Readers see members that are newer than their copy of the catalogue, so it forbids none. */
function plain(schema: z.ZodType): object {
  const {
    $schema: _dialect,
    '~standard': _standard,
    ...rest
  } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'output',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  }) as Record<string, unknown>;
  return rest;
}
