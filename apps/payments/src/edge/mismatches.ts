import { TokenBucket } from '@signalbox/resilience';
import type { KnownSource, KnownSources } from '../sources/known-sources.js';
import { diagnose, type Diagnosis } from '../verify/diagnose.js';
import type { SignatureHeader } from '../verify/signature-header.js';

/** Explanations: whoever set something up wrongly gets one, and a flood of strangers costs no more than this. */
const EXPLANATIONS = { burst: 5, perSecond: 5 };

/** Finds out why a signature fits none of a source's secrets, now and then. */
export class Mismatches {
  private readonly rationed = new TokenBucket(EXPLANATIONS);

  constructor(private readonly sources: KnownSources) {}

  async explain(source: KnownSource, header: SignatureHeader, body: Buffer, now: Date): Promise<Diagnosis> {
    if (!this.rationed.take()) return { kind: 'unexplained' };
    const ofApp = await this.sources.ofApp(source.appId).catch(() => []);
    const others = ofApp
      .filter(({ id }) => id !== source.id)
      .map(({ publicId, name, secrets }) => ({ id: publicId, name, secrets }));
    return diagnose(header, body, source.secrets, others, now);
  }
}
