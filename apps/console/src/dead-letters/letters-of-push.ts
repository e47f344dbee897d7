import {
  deadLetterGroups,
  deadLetterPage,
  deadLetterView,
  deadLetterRunPage,
  deadLetterRunView,
  type DeadLetterRunView,
  type DeadLetterGroup,
  type DeadLetterView,
  type Page,
} from '@signalbox/contracts';
import type { ServiceClient } from '../services/service-client.js';
import { fieldsOf, type LetterGroup } from './letter-group.js';

/* Every function here throws Problem as ServiceClient does, and what push refuses. */

export async function readGroups(push: ServiceClient): Promise<DeadLetterGroup[]> {
  return (await push.ask(deadLetterGroups, 'GET', '/v1/dead-letters/groups')).groups;
}

export interface LetterQuery {
  readonly group: LetterGroup;
  readonly state: string;
  /** The `next` of the page before. */
  readonly after: string;
}

export function readLetters(push: ServiceClient, { group, state, after }: LetterQuery): Promise<Page<DeadLetterView>> {
  const query = new URLSearchParams(fieldsOf(group, { state, after }));
  return push.ask(deadLetterPage, 'GET', `/v1/dead-letters?${query.toString()}`);
}

export function readLetter(push: ServiceClient, id: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'GET', `/v1/dead-letters/${id}`);
}

/** @throws Problem 409 also when the same is under way for the same letters. */
export function startRun(push: ServiceClient, id: string, wish: object): Promise<DeadLetterRunView> {
  return push.ask(deadLetterRunView, 'PUT', `/v1/dead-letters/runs/${id}`, wish);
}

/** @param after the `next` of the page before. */
export function readRuns(push: ServiceClient, after = ''): Promise<Page<DeadLetterRunView>> {
  const query = after === '' ? '' : `?${new URLSearchParams({ after }).toString()}`;
  return push.ask(deadLetterRunPage, 'GET', `/v1/dead-letters/runs${query}`);
}

export function readRun(push: ServiceClient, id: string): Promise<DeadLetterRunView> {
  return push.ask(deadLetterRunView, 'GET', `/v1/dead-letters/runs/${id}`);
}

export function stopRun(push: ServiceClient, id: string, stoppedBy: string): Promise<DeadLetterRunView> {
  return push.ask(deadLetterRunView, 'POST', `/v1/dead-letters/runs/${id}/stop`, { stoppedBy });
}

export function replayLetter(push: ServiceClient, id: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'POST', `/v1/dead-letters/${id}/replay`);
}

export function discardLetter(push: ServiceClient, id: string, note: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'POST', `/v1/dead-letters/${id}/discard`, { note });
}
