import { deletionGuardsAnswer, releaseAnswer, type DeletionGuardView, type ReleaseRequest } from '@signalbox/contracts';
import type { ServiceClient } from '../services/service-client.js';

/** @throws Problem as ServiceClient does, and what push refuses. */
export async function readGuards(push: ServiceClient): Promise<DeletionGuardView[]> {
  return (await push.ask(deletionGuardsAnswer, 'GET', '/v1/deletion-guards')).guards;
}

/** Says what becomes of the devices that a guard holds, and answers how many they were. @throws Problem as above. */
export async function releaseGuard(
  push: ServiceClient,
  credentialId: string,
  request: ReleaseRequest,
): Promise<number> {
  const path = `/v1/deletion-guards/${credentialId}/release`;
  return (await push.ask(releaseAnswer, 'POST', path, request)).devices;
}
