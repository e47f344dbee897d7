import { pathOf } from './webhook-path.js';
import { macOf } from '../verify/verify-signature.js';
import type { Probe, ProbeSource } from './probe.js';

/** Webhooks do not arrive here byte for byte, or nobody looks at their signatures. The service must not take traffic. */
export class EdgeBroken extends Error {
  override readonly name = 'EdgeBroken';

  constructor(what: string, options?: ErrorOptions) {
    super(`the self-test of the Stripe edge failed: ${what}; nothing that Stripe sends could be trusted`, options);
  }
}

/** Whatever parses it and writes it again changes it: spaces, an escape, a number, a key that comes twice, the line ends. */
const BODY = Buffer.from('{ "probe":"Zo\\u00eb ë 😀",\r\n\t"n":1.0e2,"n" : 100 ,"s":"\\/" }\r\n\n');
const CONTENT_TYPES = ['application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', undefined];

/**
 * Posts signed bytes to the service's own address, through everything that a webhook comes through: they have to verify,
 * whatever they are called, and must not once a bit of them is changed.
 *
 * @throws EdgeBroken
 */
export async function proveEdge(url: string, probe: Probe): Promise<void> {
  await probe.during(async (source) => {
    for (const type of CONTENT_TYPES) {
      const status = await post(url, source, BODY, type);
      if (status !== 200) throw new EdgeBroken(`what was signed, sent as ${type ?? 'nothing'}, was answered ${status}`);
    }
    const changed = Buffer.from(BODY);
    changed[BODY.length - 1]! ^= 1;
    const status = await post(url, source, changed, CONTENT_TYPES[0]);
    if (status !== 400) throw new EdgeBroken(`a body that was changed after it was signed was answered ${status}`);
  });
}

async function post(url: string, source: ProbeSource, body: Buffer, type: string | undefined): Promise<number> {
  const seconds = Math.floor(Date.now() / 1_000);
  const mac = macOf(source.secrets[0].key, seconds, BODY).toString('hex');
  const headers = {
    'stripe-signature': `t=${seconds},v1=${mac}`,
    ...(type === undefined ? {} : { 'content-type': type }),
  };
  try {
    const response = await fetch(new URL(pathOf(source.id), url), {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (cause) {
    throw new EdgeBroken('the service could not be reached at its own address', { cause });
  }
}
