import { z } from 'zod';
import type { Fault, FaultEnding } from '../faults/fault.js';

const MINUTES_MS = 600_000;
export const share = z.number().min(0).max(1);
export const ms = z.int().min(0).max(MINUTES_MS);

/** What every fault of an API can say; `route` is how its routes are named, with an example of one. */
export function faultFields(route: RegExp, example: string) {
  return z.strictObject({
    route: z.string().regex(route, `a route such as ${example}`).optional(),
    share: share.default(1),
    times: z.int().min(1).max(1_000_000).optional(),
    /** The request is carried out first. */
    after: z.boolean().default(false),
    status: z.int().min(400).max(599).optional(),
    retryAfter: z.int().min(0).max(86_400).optional(),
    hang: z.literal(true, 'true, or leave it out').optional(),
    disconnect: z.literal(true, 'true, or leave it out').optional(),
    latencyMs: ms.optional(),
  });
}
type FaultFields = z.output<ReturnType<typeof faultFields>> & {
  readonly code?: string | undefined;
  readonly sticks?: boolean | undefined;
  /** The answer has a body that is wrong in this way. */
  readonly body?: string | undefined;
};

/** A check for `superRefine`: a fault ends a request in one way, or slows it down. */
export function oneEnding(fields: FaultFields, context: z.core.$RefinementCtx): void {
  const { status, hang, disconnect, body } = fields;
  const endings = [status, hang, disconnect, body].filter((field) => field !== undefined);
  if (endings.length > 1)
    context.addIssue({ code: 'custom', message: 'give one of status, hang and disconnect: they exclude each other' });
  if (endings.length === 0 && fields.latencyMs === undefined)
    context.addIssue({ code: 'custom', message: 'give one of status, hang, disconnect and latencyMs' });
  if (fields.status === undefined && (fields.retryAfter !== undefined || fields.code !== undefined))
    context.addIssue({ code: 'custom', path: ['status'], message: 'retryAfter and code belong to a status' });
  if (fields.status === undefined && fields.sticks)
    context.addIssue({ code: 'custom', path: ['sticks'], message: 'only an answer can stick: give a status' });
}

export function toFault(
  { route, share: part, times, after, sticks, latencyMs, ...rest }: FaultFields,
  accountId: string | undefined,
): Fault {
  return { route, accountId, share: part, times, after, sticks, latencyMs, ending: endingOf(rest) };
}

/** The fields that say the same as the fault, so that what was read can be written back; `whose` names the account. */
export function describeFault({ ending, accountId: _id, ...fault }: Fault, whose: object, used: number): object {
  const { kind, ...answer } = ending ?? { kind: undefined };
  const said = kind === 'hang' ? { hang: true } : kind === 'disconnect' ? { disconnect: true } : answer;
  return { ...fault, ...whose, ...said, used };
}

function endingOf({ status, retryAfter, code, hang, disconnect }: Partial<FaultFields>): FaultEnding | undefined {
  if (hang) return { kind: 'hang' };
  if (disconnect) return { kind: 'disconnect' };
  return status === undefined ? undefined : { kind: 'answer', status, retryAfter, code };
}
