import { holdsAnswer, type DeletionGuardView, type HoldView } from '@signalbox/contracts';
import { Problem } from '@signalbox/http';
import { readGroups } from '../dead-letters/letters-of-push.js';
import { readGuards } from '../deletion-guards/guards-of-push.js';
import type { ServiceClient } from '../services/service-client.js';

/** What waits for an operator; a Problem instead of what push did not tell. */
export interface Attention {
  readonly deadLetters: number | Problem;
  readonly holds: readonly HoldView[] | Problem;
  readonly guards: readonly DeletionGuardView[] | Problem;
}

export async function readAttention(push: ServiceClient): Promise<Attention> {
  const [groups, answer, guards] = await Promise.all([
    orProblem(readGroups(push)),
    orProblem(push.ask(holdsAnswer, 'GET', '/v1/holds')),
    orProblem(readGuards(push)),
  ]);
  return {
    deadLetters: groups instanceof Problem ? groups : groups.reduce((sum, { count }) => sum + count, 0),
    holds: answer instanceof Problem ? answer : answer.holds,
    guards,
  };
}

async function orProblem<Answer>(asked: Promise<Answer>): Promise<Answer | Problem> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
