import { z } from 'zod';

/** What an operator of the console may do, from the least: look; do what can be done again; do what cannot be taken back. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Who did something in the console: `usr_...`, or `break_glass` for whoever had the password. */
const operator = z.string().min(1).max(64);
const role = z.enum(OPERATOR_ROLES);

/** Somebody came in. */
export const operatorSignedIn = z.strictObject({
  operator,
  role,
  /** The /24 or /48: all that is known of whoever came with the password. */
  network: z.string().max(64),
});

/** Somebody did something that changes, or was meant to change, something. */
export const operatorActed = z.strictObject({
  operator,
  role,
  /** Method and path, such as `POST /holds/crd_.../lift`. */
  action: z.string().max(512),
  /** The HTTP status of what came of it. */
  status: z.int(),
  /** In a sentence, where there is one. */
  outcome: z.string().max(600).optional(),
  /** What it was about, where the path does not say. */
  about: z.record(z.string(), z.string().max(512)).optional(),
});

/** What the console tells of an operator. It can write nothing itself, so push writes it down. */
export const operatorAction = z.discriminatedUnion('kind', [
  operatorSignedIn.extend({ kind: z.literal('signed_in') }),
  operatorActed.extend({ kind: z.literal('acted') }),
]);
export type OperatorAction = z.output<typeof operatorAction>;
