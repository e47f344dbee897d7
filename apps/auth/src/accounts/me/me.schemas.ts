import { z } from 'zod';

export const meView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  locale: z.string().nullable(),
  hasPassword: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type MeView = z.output<typeof meView>;

export const meChange = z.strictObject({
  name: z.string().trim().min(1).max(200).nullable().optional().meta({ description: 'null takes the name away' }),
  locale: z.enum(['en', 'de']).optional().meta({ description: 'of mails and pages' }),
});
export type MeChange = z.output<typeof meChange>;

export const newEmail = z.strictObject({ email: z.string().max(1_000) });
export const newPassword = z.strictObject({
  password: z.string().meta({ description: '8 to 1,024 characters, of any kind' }),
});
