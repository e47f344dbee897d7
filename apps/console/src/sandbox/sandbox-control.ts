import { Problem, problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import { z } from 'zod';

/** The stand-ins whose behaviour the console sets. */
export const STAND_INS = ['apns', 'fcm', 'webpush', 'stripe'] as const;
export type StandIn = (typeof STAND_INS)[number];

/** Those that send to devices, each by a token. */
export const PHONES = ['apns', 'fcm', 'webpush'] as const satisfies readonly StandIn[];

/** How a stand-in behaves, as far as the console says. */
export interface Behaviour {
  /** What it answers instead of success; null: it succeeds. */
  readonly status: number | null;
  /** Of how many requests, from 0 to 1. */
  readonly share: number;
  readonly latencyMs: number;
  /** It takes connections and never answers. */
  readonly blackhole: boolean;
}

const pushBehaviour = z.looseObject({
  status: z.int().optional(),
  share: z.number(),
  latencyMs: z.int().optional(),
  blackhole: z.boolean(),
});
const stripeBehaviour = z.looseObject({
  latencyMs: z.int(),
  blackhole: z.boolean(),
  faults: z.array(z.looseObject({ status: z.int().optional(), share: z.number() })),
});
const refusal = z.looseObject({ detail: z.string() });

/** Milliseconds: it is on this machine or beside it. */
const WITHIN = 3_000;

/** Speaks to the control API of the sandbox, which knows no login and no secret of ours. */
export class SandboxControl {
  constructor(
    private readonly url: string,
    private readonly logger: Logger,
  ) {}

  /** @throws Problem 503 when the sandbox does not answer. */
  async behaviour(of: StandIn): Promise<Behaviour> {
    const answer = await this.ask('GET', `/v1/${of}/behaviour`);
    if (of !== 'stripe') {
      const { status = null, share, latencyMs = 0, blackhole } = pushBehaviour.parse(answer);
      return { status, share, latencyMs, blackhole };
    }
    const { latencyMs, blackhole, faults } = stripeBehaviour.parse(answer);
    const [fault] = faults;
    return { status: fault?.status ?? null, share: fault?.share ?? 1, latencyMs, blackhole };
  }

  /** In place of whatever it was told before. @throws Problem what the sandbox refuses. */
  async behave(of: StandIn, { status, share, latencyMs, blackhole }: Behaviour): Promise<void> {
    const failing = status === null ? {} : { status };
    const body =
      of === 'stripe'
        ? { latencyMs, blackhole, faults: status === null ? [] : [{ status, share }] }
        : { ...failing, share, latencyMs, blackhole };
    await this.ask('PUT', `/v1/${of}/behaviour`, body);
  }

  async behaveWell(of: StandIn): Promise<void> {
    await this.ask('DELETE', `/v1/${of}/behaviour`);
  }

  /** What becomes of one device; `times` null: each time. @throws Problem what the sandbox refuses. */
  async scriptToken(of: (typeof PHONES)[number], token: string, status: number, times: number | null): Promise<void> {
    const path = `/v1/${of}/tokens/${encodeURIComponent(token)}`;
    await this.ask('PUT', path, { outcome: { status }, ...(times === null ? {} : { times }) });
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    try {
      const response = await fetch(this.url.replace(/\/$/, '') + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        redirect: 'error',
        signal: AbortSignal.timeout(WITHIN),
      });
      const answer: unknown = response.status === 204 ? undefined : await response.json();
      if (response.ok) return answer;
      const detail = refusal.safeParse(answer).data?.detail ?? 'The sandbox refused it and did not say why.';
      throw new Problem({ status: response.status, code: 'sandbox_refused', detail });
    } catch (error) {
      if (error instanceof Problem) throw error;
      this.logger.warn({ err: error, method }, 'the sandbox does not answer');
      throw problems.unavailable('The sandbox does not answer; look again once it is back.', 5, error);
    }
  }
}
