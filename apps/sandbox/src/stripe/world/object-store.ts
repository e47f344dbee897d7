import type { Kind, Kinds, KnownObject } from '../objects/kinds.js';
import type { StripeObject } from '../objects/stripe-object.js';
import { noSuch } from '../wire/refused.js';

/** The objects of one account, in the order of their making. */
export class ObjectStore {
  private readonly byKind = new Map<Kind, Map<string, StripeObject>>();

  add(object: KnownObject): void {
    const known = this.byKind.get(object.object) ?? new Map<string, StripeObject>();
    this.byKind.set(object.object, known);
    known.set(object.id, object);
  }

  find<Name extends Kind>(kind: Name, id: string): Kinds[Name] | undefined {
    // What is under a kind was put there by `add`, with that kind.
    return this.byKind.get(kind)?.get(id) as Kinds[Name] | undefined;
  }

  /** @throws Refused naming the parameter, with 404 when it is the path that names the object. */
  require<Name extends Kind>(kind: Name, id: string, param?: string): Kinds[Name] {
    const object = this.find(kind, id);
    if (!object) throw noSuch(kind, id, param, param === undefined ? 404 : 400);
    return object;
  }

  findAny(id: string): StripeObject | undefined {
    for (const known of this.byKind.values()) {
      const object = known.get(id);
      if (object) return object;
    }
    return undefined;
  }

  newestFirst<Name extends Kind>(kind: Name): Kinds[Name][] {
    return [...(this.byKind.get(kind)?.values() ?? [])].reverse() as Kinds[Name][];
  }

  delete(kind: Kind, id: string): void {
    this.byKind.get(kind)?.delete(id);
  }
}
