import { ApiFaults } from '../../faults/api-faults.js';
import type { Client } from '../clients/client.js';
import { Clients } from '../clients/clients.js';
import { ORDINARY_SIGN_IN, type SignInBehaviour } from '../faults/behaviour.js';
import { Grants } from '../grants/grants.js';
import { People } from '../people/people.js';
import type { Person } from '../people/person.js';
import type { SigningKey, SigningKeys } from '../tokens/signing-keys.js';
import { HTML_NAME } from '../tokens/twists.js';
import type { Dialect } from './dialect.js';

/** Who signs in without being asked. */
export type Decision = { readonly kind: 'cancel' } | { readonly kind: 'person'; readonly sub: string };

/** What one provider is at the start. */
export interface Beginning {
  readonly name: string;
  /** Below the origin. */
  readonly path: string;
  readonly dialect: Dialect;
  readonly people: readonly Person[];
  readonly clients: readonly [Client, ...Client[]];
}

/** One provider: its people, its clients, what it has given out, and what is to go wrong with it. */
export class Provider {
  readonly name: string;
  readonly dialect: Dialect;
  readonly people: People;
  readonly clients: Clients;
  readonly grants = new Grants();
  readonly faults = new ApiFaults<SignInBehaviour>(ORDINARY_SIGN_IN);
  decision: Decision | undefined;
  private readonly consents = new Set<string>();

  constructor(
    private readonly beginning: Beginning,
    private readonly origin: () => string,
    private readonly keys: SigningKeys,
  ) {
    this.name = beginning.name;
    this.dialect = beginning.dialect;
    this.people = new People(beginning.people);
    this.clients = new Clients(beginning.clients);
  }

  /** Where it is. */
  get issuer(): string {
    return `${this.origin()}${this.beginning.path}`;
  }

  /** The name that it goes by in `use`. */
  nameIn(use: 'discovery' | 'responses' | 'tokens'): string {
    return this.faults.behaviour.issuer[use] ?? this.issuer;
  }

  /** Newest first. */
  signingKeys(): Promise<readonly SigningKey[]> {
    return this.keys.of(this.name);
  }

  rotateKeys(keepOld: boolean): Promise<readonly SigningKey[]> {
    return this.keys.rotate(this.name, keepOld);
  }

  /** As clients are shown them. */
  person(sub: string): Person | undefined {
    const person = this.people.find(sub);
    const harmful = this.faults.behaviour.idToken.includes('html-in-name');
    return person && harmful ? { ...person, name: HTML_NAME } : person;
  }

  /** Answers whether it is the first time that this person allows this client, or one of its team. */
  consent(client: Client, sub: string): boolean {
    const consent = `${this.dialect.consentGroup(client)} ${sub}`;
    const first = !this.consents.has(consent);
    this.consents.add(consent);
    return first;
  }

  /** This person has nothing to do with the client any more, and is a new one when they come again. */
  withdraw(client: Client, sub: string): void {
    const group = this.dialect.consentGroup(client);
    this.consents.delete(`${group} ${sub}`);
    for (const other of this.clients.all())
      if (this.dialect.consentGroup(other) === group) this.grants.end(sub, other.clientId);
  }

  /** Everything but its keys is as at the start. */
  forget(): void {
    this.people.forget();
    this.clients.forget();
    this.grants.forget();
    this.consents.clear();
    this.faults.behaviour = ORDINARY_SIGN_IN;
    this.decision = undefined;
  }
}
