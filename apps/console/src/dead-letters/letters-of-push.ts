import {
  deadLetterGroups,
  deadLetterPage,
  deadLetterView,
  discardAnswer,
  replayAnswer,
  type DeadLetterGroup,
  type DeadLetterView,
  type DiscardAnswer,
  type Page,
  type ReplayAnswer,
} from '@signalbox/contracts';
import type { PushClient } from '../push/push-client.js';
import { fieldsOf, type LetterGroup } from './letter-group.js';

/* Every function here throws Problem as PushClient does, and what push refuses. */

export async function readGroups(push: PushClient): Promise<DeadLetterGroup[]> {
  return (await push.ask(deadLetterGroups, 'GET', '/v1/dead-letters/groups')).groups;
}

export interface LetterQuery {
  readonly group: LetterGroup;
  readonly state: string;
  /** The `next` of the page before. */
  readonly after: string;
}

export function readLetters(push: PushClient, { group, state, after }: LetterQuery): Promise<Page<DeadLetterView>> {
  const query = new URLSearchParams(fieldsOf(group, { state, after }));
  return push.ask(deadLetterPage, 'GET', `/v1/dead-letters?${query.toString()}`);
}

export function readLetter(push: PushClient, id: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'GET', `/v1/dead-letters/${id}`);
}

export function replayGroup(push: PushClient, group: LetterGroup, perSecond: number): Promise<ReplayAnswer> {
  return push.ask(replayAnswer, 'POST', '/v1/dead-letters/replay', { ...group, perSecond });
}

export function discardGroup(push: PushClient, group: LetterGroup, note: string): Promise<DiscardAnswer> {
  return push.ask(discardAnswer, 'POST', '/v1/dead-letters/discard', { ...group, note });
}

export function replayLetter(push: PushClient, id: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'POST', `/v1/dead-letters/${id}/replay`);
}

export function discardLetter(push: PushClient, id: string, note: string): Promise<DeadLetterView> {
  return push.ask(deadLetterView, 'POST', `/v1/dead-letters/${id}/discard`, { note });
}
