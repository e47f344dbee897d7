import type { TenantTrouble } from '../schedule/fault.ts';
import { isOfTroubledApp, tokenOf, USERS } from '../product/product.ts';
import type { System } from '../system/system.ts';
import { control } from './provider-faults.ts';

const OUTCOMES: Readonly<Record<TenantTrouble, object>> = {
  hang: { hang: true },
  'too-many-requests': { status: 429, reason: 'TooManyRequests', retryAfter: 1 },
  'half-errors': { status: 500, reason: 'InternalServerError', retryAfter: 1 },
};

/** The provider does wrong to the phones of one app; to every other of them with `half-errors`. */
export async function provokeTenant(system: System, trouble: TenantTrouble): Promise<void> {
  const users = Array.from({ length: USERS }, (_, user) => user).filter(isOfTroubledApp);
  const struck = trouble === 'half-errors' ? users.filter((_, index) => index % 2 === 0) : users;
  await Promise.all(
    struck.map((user) => control(system, 'PUT', `tokens/${tokenOf(user)}`, { outcome: OUTCOMES[trouble] })),
  );
}

export async function sootheTenant(system: System): Promise<void> {
  await control(system, 'DELETE', 'tokens');
}
