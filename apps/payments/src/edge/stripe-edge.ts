import type { IncomingHttpHeaders } from 'node:http';
import type { Uuid } from '@signalbox/contracts';
import { SealBroken } from '@signalbox/credentials';
import { DatabaseUnreachable } from '@signalbox/database';
import { Problem, problems, type RequestHead, type Visit } from '@signalbox/http';
import { BatcherFull, inTime } from '@signalbox/resilience';
import { atMostOnceAMinute, type Logger } from '@signalbox/telemetry';
import type { EventFacts, Receipt } from '../receive/received-event.js';
import type { Receiver } from '../receive/receiver.js';
import type { KnownSource, KnownSources } from '../sources/known-sources.js';
import type { SecretUse } from '../sources/secret-use.js';
import type { Diagnosis } from '../verify/diagnose.js';
import { explainRefusal } from '../verify/explain-refusal.js';
import type { SignatureHeader } from '../verify/signature-header.js';
import { readFreshHeader, whoSigned, type SignatureRefusal, type SigningSecret } from '../verify/verify-signature.js';
import type { EdgeFigures } from './edge-figures.js';
import { loggedSource } from './logged-source.js';
import { misfitOf } from './misfit.js';
import { Mismatches } from './mismatches.js';
import type { Probe } from './probe.js';
import { readEvent } from './read-event.js';
import { Room } from './room.js';
import { SharedTurn } from './shared-turn.js';

/** Bytes of a body; Stripe's largest are a tenth of that. */
export const BODY_LIMIT = 1_024 * 1_024;

/** Stripe does not say how long it waits; whoever waits longer than this for a commit is told to come again. Milliseconds. */
const ACK_DEADLINE = 5_000;

export interface EdgeParts {
  readonly sources: KnownSources;
  readonly receiver: Receiver;
  readonly use: SecretUse;
  readonly probe: Probe;
  readonly figures: EdgeFigures;
  readonly logger: Logger;
}

/** What a webhook is answered with that is taken. `ignored` says why nothing was stored. */
export interface Taken {
  readonly received: true;
  readonly ignored?: string;
}

/**
 * The way of a webhook of Stripe's up to its answer: let in, proven, read, stored once, answered. Nothing is asked of the
 * database before a signature fits, but for the source itself, which is known for seconds.
 */
export class StripeEdge {
  private readonly room = new Room();
  private readonly turn = new SharedTurn();
  private readonly mismatches: Mismatches;
  private readonly onRefusal = atMostOnceAMinute(
    (refused: { source: string; code: string; detail?: string }, keptBack) =>
      this.parts.logger.warn({ ...refused, keptBack }, 'a webhook was refused'),
  );

  constructor(private readonly parts: EdgeParts) {
    this.mismatches = new Mismatches(parts.sources);
  }

  /** Judges what can be judged without the body. @throws Problem */
  enter({ params, headers }: RequestHead): Visit {
    const leave = this.room.enter(lengthOf(headers));
    if (leave === undefined) throw this.counted('full', notStored('as many webhooks as can be are under way'));
    try {
      const publicId = params['source'] ?? '';
      const header = readFreshHeader(headers['stripe-signature']?.toString(), new Date());
      if (header.kind !== 'header') throw this.refused(publicId, header, { kind: 'unexplained' });
      return { leave, answer: (body) => this.answer(publicId, header, body) };
    } catch (error) {
      leave();
      throw error;
    }
  }

  private async answer(publicId: string, header: SignatureHeader, body: Buffer): Promise<Taken> {
    await this.turn.begin();
    const now = new Date();
    const probed = this.parts.probe.find(publicId);
    if (probed !== undefined) return answerProbe(probed, header, body, now);
    try {
      // Nearly always both are at hand, and all steps up to the commit are taken without a promise in between.
      const source = this.parts.sources.recall(publicId) ?? (await this.sourceOf(publicId));
      const signer = whoSigned(header, body, source.secrets, now) ?? (await this.proveAnew(source, header, body, now));
      this.parts.use.note(signer.id, now);
      return await this.take(source, body);
    } catch (error) {
      if (error instanceof DatabaseUnreachable)
        throw this.counted('not_stored', notStored('the database does not answer', error));
      if (error instanceof BatcherFull) throw this.counted('not_stored', notStored('too many webhooks wait', error));
      if (error instanceof SealBroken) throw this.counted('not_stored', notStored('a secret cannot be opened', error));
      throw error;
    }
  }

  private async sourceOf(publicId: string): Promise<KnownSource> {
    const source = await this.parts.sources.find(publicId);
    if (source === undefined) throw this.unknownSource();
    return source;
  }

  /** After a signature fitted none of the secrets. @throws Problem when none of the source, as it is by now, fits either. */
  private async proveAnew(
    source: KnownSource,
    header: SignatureHeader,
    body: Buffer,
    now: Date,
  ): Promise<SigningSecret> {
    const again = await this.parts.sources.findAgain(source.publicId);
    if (again === undefined) throw this.unknownSource();
    const signer = again === source ? undefined : whoSigned(header, body, again.secrets, now);
    if (signer !== undefined) return signer;
    const diagnosis = await this.mismatches.explain(source, header, body, now);
    throw this.refused(source.publicId, { kind: 'no_match' }, diagnosis);
  }

  private take(source: KnownSource, body: Buffer): Taken | Promise<Taken> {
    const event = readEvent(body);
    if ('noEvent' in event) {
      throw this.refusedAs(source.publicId, 'not_an_event', `The signature fits, but the body ${event.noEvent}.`);
    }
    const misfit = misfitOf(event, source);
    if (misfit?.what === 'refuse') throw this.refusedAs(source.publicId, misfit.code, misfit.detail);
    if (misfit !== undefined) {
      this.parts.figures.answer('ignored');
      return { received: true, ignored: misfit.detail };
    }
    return this.store(source.id, source.appId, event, body);
  }

  private async store(sourceId: Uuid, appId: Uuid, event: EventFacts, body: Buffer): Promise<Taken> {
    const { receiver, figures } = this.parts;
    const received = receiver.receive({ ...event, appId, sourceId, via: 'webhook', body });
    const receipt = await inTime<Receipt>(received, ACK_DEADLINE, 'unknown');
    switch (receipt) {
      case 'stored':
        figures.store(event.type);
        figures.answer('stored');
        return { received: true };
      case 'repeated':
        figures.answer('repeated');
        return { received: true };
      case 'unknown':
        throw this.counted('not_stored', notStored('the database does not answer'));
      case 'busy':
        throw this.counted('not_stored', notStored('too many webhooks wait for the database'));
    }
  }

  private unknownSource(): Problem {
    const detail = 'There is no Stripe source at this address: take the path that GET /v1/stripe-sources shows.';
    return this.counted('unknown_source', new Problem({ status: 404, code: 'unknown_source', detail }));
  }

  private refused(source: string, refusal: SignatureRefusal, diagnosis: Diagnosis): Problem {
    const { code, detail } = explainRefusal(refusal, diagnosis);
    return this.refusedAs(source, code, detail);
  }

  private refusedAs(source: string, code: string, detail: string): Problem {
    // Which schemes there are instead is what the sender wrote.
    const isQuoting = code === 'signature_scheme_missing';
    this.onRefusal({ source: loggedSource(source), code, ...(!isQuoting && { detail }) });
    return this.counted(code, new Problem({ status: 400, code, detail }));
  }

  private counted(outcome: string, problem: Problem): Problem {
    this.parts.figures.answer(outcome);
    return problem;
  }
}

/** What comes of the self-test's posts; they are nobody's, and neither counted nor told of. */
function answerProbe(source: KnownSource, header: SignatureHeader, body: Buffer, now: Date): Taken {
  if (whoSigned(header, body, source.secrets, now) !== undefined) return { received: true };
  throw new Problem({ status: 400, code: 'signature_mismatch', detail: 'The probe was changed on its way.' });
}

/** Room is taken for what a body may have when it does not say. */
function lengthOf(headers: IncomingHttpHeaders): number {
  const told = Number(headers['content-length'] ?? BODY_LIMIT);
  return Number.isFinite(told) ? Math.min(told, BODY_LIMIT) : BODY_LIMIT;
}

function notStored(why: string, cause?: unknown): Problem {
  return problems.unavailable(`Nothing was stored, since ${why}; send it again.`, 1, cause);
}
