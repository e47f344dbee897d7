import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';

/** What a hash costs. Every hash says its own, so that the figures may be raised: who signs in next gets the new ones. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; 8 ms of a core of 2024. */
export const PRESENT_COST: Argon2Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };

const SALT_BYTES = 16;
const OUTPUT_BYTES = 32;

/** argon2id, the library's default. @returns the PHC string. */
export function argon2Hash(password: string, { memoryKiB, passes, lanes }: Argon2Cost): Promise<string> {
  return hash(Buffer.from(password), {
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism: lanes,
    outputLen: OUTPUT_BYTES,
  });
}

/** With the cost that the hash says. False also for a hash that is none. */
export async function argon2Verify(phc: string, password: string): Promise<boolean> {
  try {
    return await verify(phc, Buffer.from(password));
  } catch {
    return false;
  }
}

/** Whether a hash was made at another cost, or is none of argon2id's. */
export function isOfOtherCost(phc: string, cost: Argon2Cost): boolean {
  if (!phc.startsWith('$argon2id$')) return true;
  const { memoryCost, timeCost, parallelism } = parseOptions(phc);
  return memoryCost !== cost.memoryKiB || timeCost !== cost.passes || parallelism !== cost.lanes;
}

/** A hash that no password has: verifying against it takes as long as against a real one. */
export function hashOfNothing({ memoryKiB, passes, lanes }: Argon2Cost): string {
  const [salt, output] = [SALT_BYTES, OUTPUT_BYTES].map((size) =>
    randomBytes(size).toString('base64').replaceAll('=', ''),
  );
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${salt}$${output}`;
}
