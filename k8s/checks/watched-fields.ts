type Plain = Record<string, unknown>;

interface Seen {
  readonly value: object;
  readonly path: string;
  readonly fields: Set<string>;
  /** Its fields were listed: it is a map, or has no schema. */
  listed: boolean;
}

/**
 * Wraps a resource so that one can tell which of its fields a validator asked for. The validators of the models look at the
 * fields that a schema has and pass over others, as the API server does unless told to be strict; a field that was never asked
 * for is one that its kind does not have, mostly a misspelt one. An object of which no field was asked for may hold anything.
 */
export function watch<Model extends object>(
  resource: Model,
): { readonly watched: Model; readonly unasked: () => string[] } {
  const seen = new Map<object, Seen>();

  const wrap = <Value extends object>(value: Value, path: string): Value => {
    const known: Seen = seen.get(value) ?? { value, path, fields: new Set(), listed: false };
    seen.set(value, known);
    return new Proxy(value, {
      get(target, field, receiver) {
        const found: unknown = Reflect.get(target, field, receiver);
        if (typeof field === 'string') known.fields.add(field);
        return typeof found === 'object' && found !== null ? wrap(found, `${path}/${String(field)}`) : found;
      },
      ownKeys(target) {
        known.listed = true;
        return Reflect.ownKeys(target);
      },
    });
  };

  return {
    watched: wrap(resource, ''),
    unasked: () =>
      [...seen.values()]
        .filter(({ value, fields, listed }) => !Array.isArray(value) && !listed && fields.size > 0)
        .flatMap(({ value, path, fields }) =>
          Object.keys(value as Plain).flatMap((field) => (fields.has(field) ? [] : [`${path}/${field}`])),
        ),
  };
}
