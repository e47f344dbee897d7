import { z } from 'zod';

export const credentialView = z.object({
  id: z.string(),
  provider: z.string(),
  version: z.number().int().meta({ description: 'grows with every change' }),
  summary: z.record(z.string(), z.string()).meta({ description: 'names and fingerprints, never a secret' }),
});
export type CredentialView = z.output<typeof credentialView>;

const storedCredentialView = credentialView.extend({ updatedAt: z.iso.datetime() });
export type StoredCredentialView = z.output<typeof storedCredentialView>;

export const credentialList = z.object({ items: z.array(storedCredentialView) });
export const unbuiltProviderParams = z.strictObject({ id: z.string(), provider: z.string() });
