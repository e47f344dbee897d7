import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { AccessStage } from '../access-stage.js';
import { type Belongings, fillPath } from '../belongings/belongings.js';
import { knownFrom } from '../fuzz/known.js';
import type { Schema } from '../fuzz/schema.js';
import { validValues } from '../fuzz/valid-values.js';
import { nameOf, READINESS, type Route } from '../routes.js';
import type { Cast } from './askers.js';
import { aboutOneThing, type Asker, ASKERS, inTurns, MAY_BE_NOWHERE, type Verdict, verdictFor } from './policy.js';

export interface Matrix {
  /** A line for each route: who is answered what. */
  readonly lines: readonly string[];
  readonly answers: number;
  /** Answers that are not as the policy says. */
  readonly wrong: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Bodies that are tried until one is taken for what it is: a body that is refused for itself says nothing of who sent it. */
const TRIES = 30;
const SEED = 10;
/** Routes that are asked at the same time. */
const SIDE_BY_SIDE = 16;

/** Those who must not be let in come first, so that what they ask about is still there; those to whom it belongs come last. */
const LAST: readonly Asker[] = ['own user', 'operator', 'own key'];
const IN_ORDER: readonly Asker[] = [...ASKERS.filter((asker) => !LAST.includes(asker)), ...LAST];

/** Asks every route about the things of `own`, as everybody. */
export async function matrixOf(
  stage: AccessStage,
  routes: readonly Route[],
  own: Belongings,
  castFor: (route: Route) => Promise<Cast>,
): Promise<Matrix> {
  const known = knownFrom(own, own);
  const wrong: string[] = [];
  const lines: string[] = [];
  let answers = 0;

  async function ask(route: Route, path: string, token: string | undefined, body: unknown): Promise<Answer> {
    answers += 1;
    const response = await fetch(stage.urls[route.service] + path, {
      method: route.method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        'idempotency-key': randomUUID(),
      },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
    });
    return { status: response.status, text: await response.text() };
  }

  async function askEverybody(route: Route): Promise<void> {
    const cast = await castFor(route);
    const path = fillPath(cast.ids, route.service, route.path);
    const bodies = bodiesFor(route);
    const seen = new Map<Asker, Verdict>();
    const letIn: number[] = [];
    for (const asker of IN_ORDER) {
      const verdict = verdictFor(route, asker);
      // Who may not is refused before anybody looks at the body.
      const some = verdict === 'unauthenticated' || verdict === 'forbidden' ? bodies.slice(0, 1) : bodies;
      let answer: Answer = { status: 0, text: '' };
      for (const body of some) {
        answer = await ask(route, path, cast.tokenOf(asker), body);
        if (answer.status !== 422) break;
      }
      const shown = verdict === 'let in' ? [] : secretsOf(own, path).filter((id) => answer.text.includes(id));
      const asItShould = is(verdict, answer.status) || (verdict === 'let in' && route.path === READINESS);
      if (!asItShould || shown.length > 0) {
        const what = `${nameOf(route)}: ${asker} is to be ${verdict}, and was answered ${answer.status}`;
        wrong.push(`${what} ${shown.join()}: ${answer.text.slice(0, 300)}`);
      }
      if (verdict === 'let in') letIn.push(answer.status);
      seen.set(asker, verdict);
    }
    const name = nameOf(route);
    const found = letIn.some((status) => status !== 404);
    if (aboutOneThing(route) && route.operation.security.length > 0 && !found && !(name in MAY_BE_NOWHERE))
      wrong.push(`${name}: what is asked about is not there: ${letIn.join()}`);
    lines.push(`${nameOf(route)}: ${summary(seen)}`);
  }

  function bodiesFor(route: Route): readonly unknown[] {
    const usual = own.bodies[nameOf(route)];
    const schema = route.operation.requestBody?.content['application/json']?.schema as Schema | undefined;
    if (usual !== undefined || schema === undefined) return [usual];
    return fc.sample(validValues(route.document, known, schema), { numRuns: TRIES, seed: SEED });
  }

  for (const turn of inTurns(routes)) {
    const waiting = turn.values();
    const lanes = Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (const route of waiting) await askEverybody(route);
    });
    await Promise.all(lanes);
  }
  return { lines: lines.toSorted(), answers, wrong };
}

function is(verdict: Verdict, status: number): boolean {
  switch (verdict) {
    case 'unauthenticated':
      return status === 401;
    case 'forbidden':
      return status === 403;
    case 'not found':
      return status === 404;
    case 'let in':
    case 'own namespace':
      return status < 500 && status !== 401 && status !== 403;
  }
}

/** What nobody else is to read: ids that were given out, but for those that the request itself names, and users, whom apps name. */
function secretsOf(own: Belongings, path: string): string[] {
  const given = new Set([...Object.values(own.ids), own.appId, own.user.sessionId]);
  return [...given].filter((id) => /^(?!usr_)[a-z]{3}_[0-9a-z]{26}$/.test(id) && !path.includes(id));
}

/** Who is answered what, verdicts in the order of their rigour. */
function summary(seen: ReadonlyMap<Asker, Verdict>): string {
  const verdicts: readonly Verdict[] = ['let in', 'own namespace', 'not found', 'forbidden', 'unauthenticated'];
  return verdicts
    .map((verdict) => [verdict, ASKERS.filter((asker) => seen.get(asker) === verdict)] as const)
    .filter(([, askers]) => askers.length > 0)
    .map(([verdict, askers]) => `${verdict}: ${askers.length === ASKERS.length ? 'everybody' : askers.join(', ')}`)
    .join('; ');
}
