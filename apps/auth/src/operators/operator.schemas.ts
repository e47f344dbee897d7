import { OPERATOR_ROLES } from '@signalbox/contracts';
import { z } from 'zod';

const appId = z.string().meta({ description: 'app_..., the app whose users operators are' });

export const operatorQuery = z.strictObject({ appId });
export const operatorParams = z.strictObject({ userId: z.string() });

export const operatorGrant = z.strictObject({
  appId,
  email: z.string().max(320),
  role: z.enum(OPERATOR_ROLES),
  password: z.string().max(1_024).optional().meta({
    description: 'for an account that is made by this; without it the answer has a link where its owner chooses one',
  }),
});
export type OperatorGrant = z.output<typeof operatorGrant>;

const operatorView = z.object({
  userId: z.string(),
  email: z.string().nullable(),
  role: z.enum(OPERATOR_ROLES),
  grantedAt: z.iso.datetime(),
});
export type OperatorView = z.output<typeof operatorView>;

export const operatorList = z.object({ operators: z.array(operatorView) });

export const grantedOperator = z.object({
  userId: z.string(),
  email: z.string(),
  role: z.enum(OPERATOR_ROLES),
  passwordLink: z
    .url()
    .optional()
    .meta({ description: 'where the owner of an account without one chooses a password; good once, for half an hour' }),
});
export type GrantedOperator = z.output<typeof grantedOperator>;
