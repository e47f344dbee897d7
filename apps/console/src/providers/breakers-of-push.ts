import { breakerAnswer, type BreakerRequest, breakersAnswer, type BreakerView } from '@signalbox/contracts';
import type { ServiceClient } from '../services/service-client.js';

/** @throws Problem as ServiceClient does, and what push refuses. */
export async function readBreakers(push: ServiceClient): Promise<BreakerView[]> {
  return (await push.ask(breakersAnswer, 'GET', '/v1/breakers')).breakers;
}

/** Moves a breaker in every process, and answers how it stands. @throws Problem as above. */
export function setBreaker(push: ServiceClient, credentialId: string, request: BreakerRequest): Promise<BreakerView> {
  return push.ask(breakerAnswer, 'PUT', `/v1/breakers/${credentialId}`, request);
}
