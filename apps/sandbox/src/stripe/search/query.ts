import { invalid } from '../wire/refused.js';

type Operator = ':' | '~' | '=' | '<' | '<=' | '>' | '>=';

interface Clause {
  readonly field: string;
  /** Of `metadata["key"]`. */
  readonly key: string | undefined;
  readonly operator: Operator;
  /** `null`: the field must not be there. */
  readonly value: string | null;
  readonly negated: boolean;
}

const CLAUSE =
  /^(?<minus>-)?(?<field>[a-z_.0-9]+)(?:\[(?<quote>["'])(?<key>[^"']+)\k<quote>\])?(?<operator>:|~|>=|<=|>|<|=)(?:"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<bare>[^\s"']+))\s*/;
const JOIN = /^(AND|OR)\s+/i;

/**
 * Stripe's search language, as far as it is used: clauses joined by AND or by OR, never both.
 * https://docs.stripe.com/search#search-query-language
 * @throws Refused
 */
export function searchQuery(query: string, fields: readonly string[]): (object: object) => boolean {
  const clauses: Clause[] = [];
  const joins = new Set<string>();
  let rest = query.trim();
  for (;;) {
    const read = CLAUSE.exec(rest);
    if (!read?.groups) throw unreadable(query);
    clauses.push(clauseOf(read.groups, fields));
    rest = rest.slice(read[0].length);
    if (rest === '') break;
    const join = JOIN.exec(rest);
    // Two clauses side by side are joined by AND.
    joins.add(join?.[1]?.toUpperCase() ?? 'AND');
    rest = rest.slice(join?.[0].length ?? 0);
  }
  if (joins.size > 1) throw invalid('Search query cannot combine AND and OR.', 'query');
  return (object) =>
    joins.has('OR')
      ? clauses.some((clause) => holds(clause, object))
      : clauses.every((clause) => holds(clause, object));
}

function clauseOf(groups: Readonly<Record<string, string | undefined>>, fields: readonly string[]): Clause {
  const { field = '', key, minus, operator = ':', double, single, bare } = groups;
  if (!fields.includes(field) || (field === 'metadata') !== (key !== undefined))
    throw invalid(`Field \`${field}\` is an unsupported search field for this resource.`, 'query');
  const text = (double ?? single)?.replaceAll(/\\(.)/g, '$1');
  const value = text ?? (bare === 'null' || bare === 'NULL' ? null : (bare ?? ''));
  return { field, key, operator: operator as Operator, value, negated: minus !== undefined };
}

function holds({ field, key, operator, value, negated }: Clause, object: object): boolean {
  const found = (object as Record<string, unknown>)[field];
  const shown = key === undefined ? found : (found as Record<string, unknown> | undefined)?.[key];
  return compare(shown, operator, value) !== negated;
}

function compare(shown: unknown, operator: Operator, value: string | null): boolean {
  const isThere = shown !== undefined && shown !== null;
  if (value === null || !isThere) return value === null && !isThere;
  const text = typeof shown === 'string' ? shown : JSON.stringify(shown);
  const [one, other] = [text.toLowerCase(), value.toLowerCase()];
  switch (operator) {
    case ':':
    case '=':
      return one === other;
    case '~':
      return one.includes(other);
    case '<':
      return Number(one) < Number(other);
    case '<=':
      return Number(one) <= Number(other);
    case '>':
      return Number(one) > Number(other);
    case '>=':
      return Number(one) >= Number(other);
  }
}

function unreadable(query: string) {
  return invalid(
    `We were unable to parse your search query: ${query}. Please see https://stripe.com/docs/search for the language.`,
    'query',
  );
}
