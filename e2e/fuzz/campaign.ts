import fc from 'fast-check';
import type { ApiDocument, Service } from '../../api/source/services.ts';
import type { AccessStage } from '../access-stage.js';
import type { Belongings } from '../belongings/belongings.js';
import { curlOf } from './curl.js';
import { judgeBy } from './judge.js';
import { allRoutes, nameOf, type Route } from '../routes.js';
import { type Caller, type FuzzedRequest, requestsOf } from './request.js';
import { sender } from './send.js';
import { knownFrom } from './known.js';
import { webhooksOf } from './webhooks.js';

export interface Findings {
  readonly requests: number;
  /** How many answers there were of each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** What is wrong, with the request that shows it best. */
  readonly failures: readonly string[];
}

/** Routes that are asked at the same time, each one request after the other: fewer than makes a service shed load. */
const SIDE_BY_SIDE = 16;
/** For one route, and for making small what fails. Milliseconds. */
const PATIENCE = 60_000;
/** What takes things away comes later, so that the others find them; after all, what may name a gateway that is not there. */
const TURNS = ['use things', 'end things', 'change credentials'] as const;
/** Users for each route that users call, since some of what is asked ends them. */
const USERS_EACH = 12;

/**
 * Asks every route of every service at least `requests / routes` times.
 *
 * @param own whose things are asked for, with its keys; `others` are of another app.
 */
export async function fuzz(
  stage: AccessStage,
  documents: Readonly<Record<Service, ApiDocument>>,
  { own, others }: { readonly own: Belongings; readonly others: Belongings },
  { requests, seed }: { readonly requests: number; readonly seed: number },
): Promise<Findings> {
  const routes = allRoutes(documents);
  const numRuns = Math.ceil(requests / routes.length);
  const judge = judgeBy(documents);
  const { send, close } = sender(stage.urls, SIDE_BY_SIDE);
  const statuses: Record<number, number> = {};
  const failures: string[] = [];
  const surroundings = {
    known: knownFrom(own, others),
    idsAt: (place: string) => [own.ids[place]!, others.ids[place]!],
  };
  let sent = 0;

  async function ask(route: Route): Promise<void> {
    const token = await tokensFor(stage, own, route);
    const requestArbitrary = webhooksOf(route, own.gateways) ?? requestsOf(route, surroundings);
    const property = fc.asyncProperty(requestArbitrary, async (request) => {
      const outcome = await send(request, token(request));
      sent += 1;
      if (outcome.kind === 'answered') statuses[outcome.status] = (statuses[outcome.status] ?? 0) + 1;
      const wrong = judge(request, outcome);
      if (wrong !== undefined) throw new Error(wrong);
    });
    const { failed, counterexample, errorInstance, counterexamplePath } = await fc.check(property, {
      seed,
      numRuns,
      ...{ interruptAfterTimeLimit: PATIENCE, markInterruptAsFailure: true },
    });
    if (!failed) return;
    const [request] = counterexample as [FuzzedRequest];
    const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    failures.push(
      `${nameOf(route)}: ${why}\n  FUZZ_SEED=${seed} (${counterexamplePath ?? ''}), ${request.oddity} is odd\n  ${curlOf(request, stage.urls[route.service])}`,
    );
  }

  try {
    for (const turn of TURNS) {
      const phase = routes.filter((route) => turnOf(route) === turn);
      const waiting = phase.values();
      const lines = Array.from({ length: SIDE_BY_SIDE }, async () => {
        for (const route of waiting) await ask(route);
      });
      await Promise.all(lines);
    }
  } finally {
    close();
  }
  return { requests: sent, statuses, failures };
}

function turnOf({ method, path }: Route): (typeof TURNS)[number] {
  if (/\/credentials\/\w+$/.test(path)) return 'change credentials';
  return method === 'DELETE' || /\/(disable|cancel|rotate|release|discard)$/.test(path) ? 'end things' : 'use things';
}

async function tokensFor(
  stage: AccessStage,
  own: Belongings,
  { operation }: Route,
): Promise<(request: FuzzedRequest) => string | undefined> {
  const forUsers = operation.security.some((way) => 'userToken' in way);
  const users = forUsers ? await stage.signIn(own.app, USERS_EACH) : [own.user];
  const tokens: Readonly<Record<Exclude<Caller, 'user'>, string | undefined>> = {
    backend: own.app.key,
    phone: own.publishableKey,
    powerless: own.powerlessKey,
    operator: stage.operatorToken,
    nobody: undefined,
    nonsense: 'sbk_test_nonsense',
  };
  return ({ caller, who }) => (caller === 'user' ? users[who % users.length]!.token : tokens[caller]);
}
