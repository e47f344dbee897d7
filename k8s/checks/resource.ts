import { z } from 'zod';

const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
});

/** What every resource of Kubernetes has; what else there is, each check reads for itself. */
export type Resource = z.output<typeof resource>;

/** @throws when a document is no resource at all. */
export function asResource(document: unknown): Resource {
  return resource.parse(document);
}

export type Labels = Readonly<Record<string, string>>;

export const selector = z.looseObject({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z
    .array(
      z.discriminatedUnion('operator', [
        z.object({ key: z.string(), operator: z.enum(['In', 'NotIn']), values: z.array(z.string()) }),
        z.object({ key: z.string(), operator: z.enum(['Exists', 'DoesNotExist']) }),
      ]),
    )
    .default([]),
});
export type Selector = z.output<typeof selector>;

/** Whether a selector means something with these labels; an empty one means everything. */
export function selects({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((expression) => {
      const value = labels[expression.key];
      switch (expression.operator) {
        case 'In':
          return value !== undefined && expression.values.includes(value);
        case 'NotIn':
          return value === undefined || !expression.values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
      }
    })
  );
}
