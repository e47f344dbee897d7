import { createHash } from 'node:crypto';

/** Tokens that were verified, by their hash: a token that comes again costs a hash instead of a signature. */
export class TokenCache<Value> {
  private readonly values = new Map<string, Value>();
  private cleared = 0;

  constructor(private readonly most: number) {}

  get(token: string): Value | undefined {
    const name = hashOf(token);
    const value = this.values.get(name);
    if (value !== undefined) {
      this.values.delete(name);
      this.values.set(name, value);
    }
    return value;
  }

  /** Another one after each `clear()`. */
  get generation(): number {
    return this.cleared;
  }

  /**
   * Keeps what was found out under `generation`, and drops what was not used for longest.
   *
   * @returns whether that generation is still the present one. What was found out before a `clear()` is what it was to forget.
   */
  keep(token: string, value: Value, generation: number): boolean {
    if (generation !== this.cleared) return false;
    this.values.set(hashOf(token), value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value!);
    return true;
  }

  delete(token: string): void {
    this.values.delete(hashOf(token));
  }

  clear(): void {
    this.cleared += 1;
    this.values.clear();
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
