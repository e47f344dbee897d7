import { createHash } from 'node:crypto';

/** Somebody who has an account at a provider. */
export interface Person {
  readonly sub: string;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  /** At Apple: the app is given a relay address instead of the mail address. */
  readonly privateRelay: boolean;
  readonly name: string | undefined;
}

/** Ann is verified, Ben is not, Cleo hides her address. */
export function demoPeople(subOf: (number: number) => string): Person[] {
  return [
    {
      sub: subOf(1),
      email: 'ann@example.com',
      emailVerified: true,
      privateRelay: false,
      name: 'Ann Archer',
    },
    { sub: subOf(2), email: 'ben@example.com', emailVerified: false, privateRelay: false, name: 'Ben Baker' },
    { sub: subOf(3), email: 'cleo@example.com', emailVerified: true, privateRelay: true, name: 'Cleo Carter' },
  ];
}

/** The address that Apple gives to apps whose user hides theirs; always the same for one person. */
export function relayAddress({ sub }: Person): string {
  const letters = createHash('sha256').update(sub).digest('hex').slice(0, 10);
  return `${letters}@privaterelay.appleid.com`;
}

/** The last word is the family name. */
export function nameParts(name: string | undefined): { given: string | undefined; family: string | undefined } {
  const words = name?.split(' ') ?? [];
  if (words.length < 2) return { given: name, family: undefined };
  return { given: words.slice(0, -1).join(' '), family: words.at(-1) };
}
