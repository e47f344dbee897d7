import type { IncomingHttpHeaders } from 'node:http';
import { SealBroken } from '@signalbox/credentials';
import { DatabaseUnreachable } from '@signalbox/database';
import { Problem, problems, type RequestHead, type Visit } from '@signalbox/http';
import { inTime } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import { loggedSource } from '../../../edge/logged-source.js';
import { Room } from '../../../edge/room.js';
import type { BraintreeEdgeFigures } from './braintree-edge-figures.js';
import { TooManyLookups, type BraintreeSource, type BraintreeSources } from './braintree-sources.js';
import { readForm, type SignedForm } from './form.js';
import { ageFlawOf, readNotification } from './notification.js';
import type { NotificationReceiver, Receipt } from './receive-notification.js';
import { REFUSALS, type Refusal } from './refusals.js';
import { flawOf } from './verify-signature.js';

/** Bytes of a body. */
export const BODY_LIMIT = 1_024 * 1_024;
/** Braintree waits 30 s; whoever waits longer than this for a commit is told to come again. Milliseconds. */
const ACK_DEADLINE = 5_000;

export interface BraintreeEdgeParts {
  readonly sources: BraintreeSources;
  readonly receiver: NotificationReceiver;
  readonly figures: BraintreeEdgeFigures;
  readonly logger: Logger;
}

/** What a webhook is answered with that is taken. */
export interface Taken {
  readonly received: true;
}

/** The way of a webhook of Braintree's up to its answer: let in, proven, read, of an age, stored once, answered. */
export class BraintreeEdge {
  private readonly room = new Room();
  private readonly onRefusal = atMostOnceAMinute((refused: { source: string; code: Refusal }, keptBack) =>
    this.parts.logger.warn(
      { ...refused, detail: REFUSALS[refused.code], keptBack },
      'a webhook of Braintree was refused',
    ),
  );

  constructor(private readonly parts: BraintreeEdgeParts) {}

  /** @throws Problem */
  enter({ params, headers }: RequestHead): Visit {
    const leave = this.room.enter(lengthOf(headers));
    if (leave === undefined) throw this.counted('full', notStored('as many webhooks as can be are under way'));
    return { leave, answer: (body) => this.answer(params['source'] ?? '', body) };
  }

  /** What Braintree wants to hear when an address is entered in its Control Panel. @throws Problem */
  async challenge(publicId: string, challenge: string): Promise<string> {
    const source = await this.orUnavailable(() => this.sourceOf(publicId));
    try {
      return source.notifications.verify(challenge);
    } catch {
      throw this.refused(publicId, 'challenge_malformed');
    }
  }

  private answer(publicId: string, body: Buffer): Promise<Taken> {
    return this.orUnavailable(async () => {
      const form = readForm(body);
      if (typeof form === 'string') throw this.refused(publicId, form);
      return this.take(await this.prove(publicId, form), form);
    });
  }

  /** @throws Problem when the keys, as they are by now, did not sign this. */
  private async prove(publicId: string, form: SignedForm): Promise<BraintreeSource> {
    const source = await this.sourceOf(publicId);
    if (flawOf(form, source) === undefined) return source;
    const again = (await this.parts.sources.findAgain(publicId)) ?? source;
    const flaw = flawOf(form, again);
    if (flaw !== undefined) throw this.refused(publicId, flaw);
    return again;
  }

  private async take(source: BraintreeSource, form: SignedForm): Promise<Taken> {
    const notification = await readNotification(form, source.notifications);
    if (notification === undefined) throw this.refused(source.publicId, 'not_a_notification');
    const flaw = ageFlawOf(notification, new Date());
    if (flaw !== undefined) throw this.refused(source.publicId, flaw);
    const receiving = this.parts.receiver.receive(source, notification, form.payload);
    const receipt = await inTime<Receipt | 'late'>(receiving, ACK_DEADLINE, 'late');
    if (receipt === 'late') throw this.counted('not_stored', notStored('the database does not answer'));
    if (receipt === 'stored') this.parts.figures.store(notification.kind);
    this.parts.figures.answer(receipt);
    return { received: true };
  }

  private async sourceOf(publicId: string): Promise<BraintreeSource> {
    const source = await this.parts.sources.find(publicId);
    if (source !== undefined) return source;
    const detail =
      'There is no Braintree source at this address: it is /webhooks/braintree/ and the id of the app’s Braintree credential.';
    throw this.counted('unknown_source', new Problem({ status: 404, code: 'unknown_source', detail }));
  }

  private async orUnavailable<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DatabaseUnreachable)
        throw this.counted('not_stored', notStored('the database does not answer', error));
      if (error instanceof SealBroken) throw this.counted('not_stored', notStored('the keys cannot be opened', error));
      if (error instanceof TooManyLookups)
        throw this.counted('not_stored', notStored('too many addresses are asked for', error));
      throw error;
    }
  }

  private refused(source: string, code: Refusal): Problem {
    this.onRefusal({ source: loggedSource(source), code });
    return this.counted(code, new Problem({ status: 400, code, detail: REFUSALS[code] }));
  }

  private counted(outcome: string, problem: Problem): Problem {
    this.parts.figures.answer(outcome);
    return problem;
  }
}

/** Room is taken for what a body may have when it does not say. */
function lengthOf(headers: IncomingHttpHeaders): number {
  const told = Number(headers['content-length'] ?? BODY_LIMIT);
  return Number.isFinite(told) ? Math.min(told, BODY_LIMIT) : BODY_LIMIT;
}

function notStored(why: string, cause?: unknown): Problem {
  return problems.unavailable(`Nothing was stored, since ${why}; send it again.`, 1, cause);
}
