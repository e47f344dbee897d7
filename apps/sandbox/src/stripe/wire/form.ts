/** What a form says: Stripe's bodies and queries are nested by brackets, as in `items[0][price]=price_1`. */
export type FormValue = string | readonly FormValue[] | FormObject;
export interface FormObject {
  readonly [name: string]: FormValue;
}

/** While it is read a list is a branch with numbers for names. */
type Branch = Map<string, Branch | string>;

/** Deeper than any of Stripe's parameters; what is nested deeper is left out. */
const DEEPEST = 12;

/** @returns nothing but own properties: a field may be called `__proto__`. */
export function readForm(text: string): FormObject {
  const root: Branch = new Map<string, Branch | string>();
  for (const [name, value] of new URLSearchParams(text)) put(root, namesIn(name), value);
  return toObject(root);
}

function namesIn(field: string): string[] {
  const open = field.indexOf('[');
  if (open <= 0) return [field];
  const rest = [...field.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return [field.slice(0, open), ...rest].slice(0, DEEPEST);
}

function put(branch: Branch, names: readonly string[], value: string): void {
  const [first = '', ...rest] = names;
  const [next] = rest;
  if (next === undefined) {
    branch.set(first === '' ? String(branch.size) : first, value);
    return;
  }
  const name = first === '' ? elementFor(branch, next) : first;
  const known = branch.get(name);
  const child: Branch = known instanceof Map ? known : new Map<string, Branch | string>();
  branch.set(name, child);
  put(child, rest, value);
}

/** `items[][price]` twice is two elements: a new one begins with a field that the last one has already. */
function elementFor(list: Branch, field: string): string {
  const last = list.get(String(list.size - 1));
  return String(last instanceof Map && !last.has(field) ? list.size - 1 : list.size);
}

function toValue(branch: Branch | string): FormValue {
  if (typeof branch === 'string') return branch;
  const names = [...branch.keys()];
  const isList = names.every((name) => name === '' || /^\d{1,4}$/.test(name));
  return isList ? [...branch.values()].map(toValue) : toObject(branch);
}

function toObject(branch: Branch): FormObject {
  return Object.fromEntries([...branch].map(([name, value]) => [name, toValue(value)]));
}
