import { createHash, scryptSync, timingSafeEqual } from 'node:crypto';

/** The one password of the console, and the key that sessions are signed with. */
export class OperatorPassword {
  private readonly digest: Buffer;

  constructor(private readonly password: string) {
    this.digest = digestOf(password);
  }

  /** Takes the same time whatever the guess: both sides are digests of one length. */
  matches(guess: string): boolean {
    return timingSafeEqual(digestOf(guess), this.digest);
  }

  /**
   * 32 bytes that every process with this password has, and no session survives a change of it. Slow on purpose (about
   * 100 ms, once): a stolen cookie must not be a fast way to test guesses.
   */
  sessionKey(): Buffer {
    return scryptSync(this.password, 'signalbox console session v1', 32, { N: 2 ** 15, maxmem: 2 ** 26 });
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
