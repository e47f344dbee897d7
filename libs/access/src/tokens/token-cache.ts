import { createHash } from 'node:crypto';

/** Tokens that were verified, by their hash: a token that comes again costs a hash instead of a signature. */
export class TokenCache<Value> {
  private readonly values = new Map<string, Value>();

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

  /** Drops what was not used for longest. */
  set(token: string, value: Value): void {
    this.values.set(hashOf(token), value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value!);
  }

  delete(token: string): void {
    this.values.delete(hashOf(token));
  }

  clear(): void {
    this.values.clear();
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
