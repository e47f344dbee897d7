import type { OperatorAction } from '@signalbox/contracts';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ActionJournal } from './journal/action-journal.js';
import type { Deed, Operator } from './roles/who.js';

/** One line for everything that an operator changes, wherever in the console; the fact for the event log says the same. */
export function logAction(logger: Logger, request: FastifyRequest, deed: Deed): void {
  const { operator } = request;
  request.deed = deed;
  const { status, outcome, about } = deed;
  logger.info(
    {
      ...{ action: actionOf(request), status, operator: operator?.id, role: operator?.role, address: request.ip },
      ...about,
      ...(outcome === undefined ? {} : { outcome }),
    },
    'operator action',
  );
}

/**
 * Makes a fact of the event log of everything that an operator changed: who, in which role, what, and what came of it. It is on its way
 * before the answer is. What the gate refused changed nothing, and is none.
 */
export function recordActions(fastify: FastifyInstance, logger: Logger, journal: ActionJournal): void {
  fastify.addHook('onSend', async (request, reply) => {
    if (request.operator === null || request.deed === null) return;
    if (request.deed === 'let_through') logAction(logger, request, { status: reply.statusCode });
    await journal.record(factOf(request.operator, actionOf(request), request.deed as Deed));
  });
}

function factOf({ id, role }: Operator, action: string, { status, outcome, about = {} }: Deed): OperatorAction {
  const told = Object.entries(about).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value).slice(0, MOST_VALUE)] as const],
  );
  return {
    kind: 'acted',
    ...{ operator: id, role, action: action.slice(0, MOST_ACTION), status },
    ...(outcome === undefined ? {} : { outcome: outcome.slice(0, MOST_OUTCOME) }),
    ...(told.length === 0 ? {} : { about: Object.fromEntries(told) }),
  };
}

/** Characters, as the contract has them. */
const [MOST_ACTION, MOST_VALUE, MOST_OUTCOME] = [512, 512, 600] as const;

/** As it reads, so that the logger sees what must not be in a log; a query is no part of what was done. */
function actionOf({ method, url }: FastifyRequest): string {
  const path = url.split('?', 1)[0]!;
  try {
    return `${method} ${decodeURIComponent(path)}`;
  } catch {
    return `${method} ${path}`;
  }
}
