import type { FeedEvent } from '@signalbox/contracts';
import { policyFor, type Poster } from '@signalbox/egress';
import { atCrashPoint } from '@signalbox/resilience';
import { signedHeaders, type Signer } from '../secrets/sign.js';
import type { AttemptLog } from './attempt-log.js';
import type { EndpointToPostTo, LoadedItem } from './load-work.js';
import { nextStep } from './next-step.js';
import { outcomeOfAnswer, outcomeOfError, type Outcome } from './outcome.js';
import type { Settlement } from './settlement.js';

export interface AttemptDependencies {
  readonly poster: Poster;
  readonly log: AttemptLog;
  /** Whether apps in test mode may reach addresses of this machine and its network. */
  readonly allowPrivate: boolean;
}

/** One delivery, one attempt. */
export async function attempt(
  loaded: LoadedItem,
  endpoint: EndpointToPostTo,
  signers: readonly Signer[],
  dependencies: AttemptDependencies,
): Promise<Pick<Settlement, 'step' | 'attempt'>> {
  const { event, tries } = loaded;
  if (event === undefined) return { step: { state: 'failed', reason: 'event_past_retention' } };
  const startedAt = performance.now();
  const outcome = await atCrashPoint('webhook.post', () => post(event, endpoint, signers, dependencies));
  const milliseconds = Math.round(performance.now() - startedAt);
  dependencies.log.tell(endpoint, loaded, outcome, milliseconds);
  return { step: nextStep(outcome, tries), attempt: { outcome, milliseconds } };
}

async function post(
  event: FeedEvent,
  { url, mode }: EndpointToPostTo,
  signers: readonly Signer[],
  { poster, allowPrivate }: AttemptDependencies,
): Promise<Outcome> {
  const body = JSON.stringify(event);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Signalbox-Webhooks/1',
    ...signedHeaders(signers, { id: event.id, body, now: new Date() }),
  };
  try {
    const answer = await poster.post({ url, headers, body }, policyFor(mode, allowPrivate));
    return outcomeOfAnswer(answer, new Date());
  } catch (error) {
    return outcomeOfError(error);
  }
}
