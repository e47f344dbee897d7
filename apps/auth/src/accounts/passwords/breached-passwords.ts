import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Bytes of SHA-256 that are kept. Of so few passwords and so many values, one good password in 21 million is refused by chance. */
const KEPT_BYTES = 5;

/** Made by scripts/breached-passwords.cjs; docs/accounts.md says of what. */
const LIST = new URL('../../../data/breached-passwords.bin', import.meta.url);

/** The passwords that attackers try first: 52,104 of at least eight characters, as sorted beginnings of their hashes. */
export class BreachedPasswords {
  private constructor(private readonly sorted: Buffer) {}

  static load(): BreachedPasswords {
    return new BreachedPasswords(readFileSync(LIST));
  }

  /** Without regard to case: who tries `password1` tries `Password1` next. */
  has(password: string): boolean {
    const wanted = createHash('sha256').update(folded(password)).digest().subarray(0, KEPT_BYTES);
    let [low, high] = [0, this.sorted.length / KEPT_BYTES];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.sorted.compare(wanted, 0, KEPT_BYTES, middle * KEPT_BYTES, (middle + 1) * KEPT_BYTES);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }
}

const folded = (password: string): string => password.normalize('NFKC').toLowerCase();
