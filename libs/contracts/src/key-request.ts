import { z } from 'zod';

/** How many of its last requests are known of an API key. */
export const REMEMBERED_REQUESTS = 100;

/** A request that came with an API key, as `api_key_trail` keeps it. Ids and whatever else a caller sent are not in it. */
export const keyRequest = z.object({
  /** Milliseconds since 1970 when it was answered. */
  at: z.int(),
  method: z.string(),
  /** The template of the path, such as `/v1/devices/:installationId`. */
  route: z.string(),
  status: z.int(),
  /** Of the problem that it was answered with. */
  code: z.string().nullable(),
  /** Milliseconds from its first byte to the answer's last. */
  ms: z.number(),
  /** Where it came from: `203.0.113.0/24`, never the address. */
  network: z.string().nullable(),
  /** Of a problem on our side its `instance`, else the `X-Request-Id` of the caller where that is a UUID. */
  requestId: z.string().nullable(),
});
export type KeyRequest = z.output<typeof keyRequest>;
