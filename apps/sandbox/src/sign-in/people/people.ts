import type { Person } from './person.js';

/** Everybody who has an account at one provider. */
export class People {
  private readonly bySub = new Map<string, Person>();

  constructor(private readonly born: readonly Person[]) {
    this.forget();
  }

  all(): Person[] {
    return [...this.bySub.values()];
  }

  find(sub: string): Person | undefined {
    return this.bySub.get(sub);
  }

  /** By `sub` or by mail address, as a `login_hint` names somebody. */
  hinted(hint: string): Person | undefined {
    return this.find(hint) ?? this.all().find(({ email }) => email?.toLowerCase() === hint.toLowerCase());
  }

  /** Replaces whoever has the same `sub`. */
  put(person: Person): void {
    this.bySub.set(person.sub, person);
  }

  remove(sub: string): boolean {
    return this.bySub.delete(sub);
  }

  /** Back to those who are there at the start. */
  forget(): void {
    this.bySub.clear();
    for (const person of this.born) this.put(person);
  }
}
