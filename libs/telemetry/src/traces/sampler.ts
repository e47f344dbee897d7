import { type Context, type Link, TraceFlags, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import type { Allowance } from './allowance.js';

/**
 * Which spans are kept. What is part of a trace goes by its beginning, and what is linked to other traces by theirs, so that the way of a
 * request is there as a whole or not at all; what begins is kept for a share of traces, by their ids. A caller who keeps its trace has
 * ours kept as well, within what is allowed beyond the share: a stranger may say so of every request.
 *
 * Nothing is left unrecorded: that something fails is known only at its end (keep-failed.ts).
 */
export class WaySampler implements Sampler {
  private readonly share: TraceIdRatioBasedSampler;

  /** @param ratio from 0, none, to 1, all. */
  constructor(
    private readonly ratio: number,
    private readonly beyond: Allowance,
  ) {
    this.share = new TraceIdRatioBasedSampler(ratio);
  }

  shouldSample(context: Context, traceId: string, _name: string, _kind: number, _facts: object, links: Link[]) {
    const keeps = this.keeps(context, traceId, links);
    return { decision: keeps ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
  }

  toString(): string {
    return `WaySampler{${this.ratio}}`;
  }

  private keeps(context: Context, traceId: string, links: readonly Link[]): boolean {
    if (links.length > 0) return links.some((link) => isSampled(link.context));
    const parent = trace.getSpanContext(context);
    if (parent !== undefined && parent.isRemote !== true) return isSampled(parent);
    if (this.share.shouldSample(context, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED) return true;
    return parent !== undefined && isSampled(parent) && this.beyond.take();
  }
}

function isSampled({ traceFlags }: { readonly traceFlags: number }): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
