import { formatId } from '@signalbox/contracts';
import { pageOf } from '@signalbox/http';
import { z } from 'zod';
import type { UserRow } from './user-row.js';

export const userView = z.object({
  id: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  locale: z.string().nullable(),
  status: z.enum(['active', 'disabled', 'erasing']),
});
export type UserView = z.output<typeof userView>;

export const userPage = pageOf(userView);

export function viewOfUser({ id, email, email_verified_at, name, locale, status }: UserRow): UserView {
  return { id: formatId('user', id), email, emailVerified: email_verified_at !== null, name, locale, status };
}
