import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

const TIMEOUT = 3_000;
const MOST_BYTES = 65_536;

export const jwks = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

/** The operator says where our own keys are, so nothing guards the way there; a redirect is refused all the same. */
export async function fetchOurKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
  const text = await response.text();
  if (!response.ok || text.length > MOST_BYTES) throw new Error(`${url} was answered ${response.status}`);
  return jwks.parse(JSON.parse(text));
}
