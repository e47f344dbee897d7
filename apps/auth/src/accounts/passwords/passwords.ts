import { type Argon2Cost, argon2Hash, argon2Verify, hashOfNothing, isOfOtherCost, PRESENT_COST } from './argon2.js';
import { BreachedPasswords } from './breached-passwords.js';
import { HashRoom, type HashRoomSize } from './hash-room.js';
import { type PasswordContext, type Weakness, weaknessOf } from './weakness.js';

/**
 * Passwords as they are chosen, kept and shown. One is whatever the user typed, in the one form (NFKC) that all keyboards agree on;
 * all of it counts, and nothing is cut off.
 */
export class Passwords {
  private readonly room: HashRoom;
  private readonly breached = BreachedPasswords.load();
  private readonly nothing: string;

  constructor(
    size: HashRoomSize,
    private readonly cost: Argon2Cost = PRESENT_COST,
  ) {
    this.room = new HashRoom(size);
    this.nothing = hashOfNothing(cost);
  }

  /** @throws HashRoomFull */
  hash(password: string): Promise<string> {
    return this.room.use(() => argon2Hash(asKept(password), this.cost));
  }

  /** `undefined`, for an account that does not exist or has no password: takes as long, and is false. @throws HashRoomFull */
  async verify(hash: string | undefined, password: string): Promise<boolean> {
    const matches = await this.room.use(() => argon2Verify(hash ?? this.nothing, asKept(password)));
    return matches && hash !== undefined;
  }

  /** Whether the hash should be made anew, now that its password is here. */
  isOutdated(hash: string): boolean {
    return isOfOtherCost(hash, this.cost);
  }

  /** Why this password may not be chosen, or undefined. Costs next to nothing: asked before anything is hashed. */
  weakness(password: string, context: PasswordContext): Weakness | undefined {
    return weaknessOf(password, context, this.breached);
  }
}

const asKept = (password: string): string => password.normalize('NFKC');
