import { createSecretKey, randomBytes } from 'node:crypto';
import { formatId, newUuid } from '@signalbox/contracts';
import type { KnownSource } from '../sources/known-sources.js';
import type { SigningSecret } from '../verify/verify-signature.js';

/** The source of the self-test: it exists in the memory of this process and for the time of the test, and stores nothing. */
export interface ProbeSource extends KnownSource {
  readonly secrets: readonly [SigningSecret];
}

/** Where the edge finds the probe's source while there is one. */
export class Probe {
  private source: ProbeSource | undefined;

  find(publicId: string): KnownSource | undefined {
    return this.source?.publicId === publicId ? this.source : undefined;
  }

  async during<Result>(test: (source: ProbeSource) => Promise<Result>): Promise<Result> {
    this.source = probeSource();
    try {
      return await test(this.source);
    } finally {
      this.source = undefined;
    }
  }
}

function probeSource(): ProbeSource {
  const id = newUuid();
  const secret = { id: newUuid(), key: createSecretKey(randomBytes(32)), notBefore: new Date(0), notAfter: null };
  return {
    id,
    publicId: formatId('stripeSource', id),
    appId: newUuid(),
    name: 'self-test',
    scope: 'account',
    livemode: false,
    shape: 'snapshot',
    secrets: [secret],
  };
}
