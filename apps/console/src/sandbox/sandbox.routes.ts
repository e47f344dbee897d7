import { formOf } from '@signalbox/html';
import { problems } from '@signalbox/http';
import type { Logger } from '@signalbox/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { act } from '../pages/act.js';
import { takeMessage } from '../pages/message.js';
import { sendPage } from '../pages/page.js';
import { PHONES, type SandboxControl, STAND_INS } from './sandbox-control.js';
import { sandboxPage } from './sandbox-page.js';

export interface SandboxPages {
  /** Absent in production: then there is no such page. */
  readonly sandbox: SandboxControl | undefined;
  readonly logger: Logger;
}

type OfStandIn = FastifyRequest<{ Params: { standIn: string } }>;

/** `/sandbox`: what the stand-ins do wrong. Only where the console was told of a sandbox. */
export async function sandboxRoutes(fastify: FastifyInstance, { sandbox, logger }: SandboxPages): Promise<void> {
  if (sandbox === undefined) return;

  fastify.get('/sandbox', async (request, reply) => {
    const told = await Promise.all(STAND_INS.map(async (each) => [each, await sandbox.behaviour(each)] as const));
    return sendPage(reply, 200, sandboxPage(new Map(told), takeMessage(request, reply)));
  });

  fastify.post('/sandbox/:standIn', (request: OfStandIn, reply) => {
    const of = oneOf(STAND_INS, request.params.standIn);
    const form = formOf(request);
    const status = form.get('status') ?? '';
    const behaviour = {
      status: status === '' ? null : Number(status),
      share: Number(form.get('percent')) / 100,
      latencyMs: Number(form.get('latencyMs')),
      blackhole: form.get('blackhole') === 'yes',
    };
    const work = async () => {
      await sandbox.behave(of, behaviour);
      return 'The stand-in behaves so from now on.';
    };
    // The status of a line is that of the action.
    const { status: code, ...more } = behaviour;
    return act(logger, request, reply, { to: '/sandbox', about: { code, ...more }, work });
  });

  fastify.post('/sandbox/:standIn/as-usual', (request: OfStandIn, reply) => {
    const of = oneOf(STAND_INS, request.params.standIn);
    const work = async () => {
      await sandbox.behaveWell(of);
      return 'The stand-in behaves as usual.';
    };
    return act(logger, request, reply, { to: '/sandbox', work });
  });

  fastify.post('/sandbox/tokens', (request, reply) => {
    const form = formOf(request);
    const of = oneOf(PHONES, form.get('provider') ?? '');
    const times = form.get('times') ?? '';
    const work = async () => {
      const status = Number(form.get('status'));
      await sandbox.scriptToken(of, form.get('token') ?? '', status, times === '' ? null : Number(times));
      return `That device is answered ${status}${times === '' ? '' : `, ${times} times`}.`;
    };
    return act(logger, request, reply, { to: '/sandbox', work });
  });
}

/** @throws Problem 404 for what none of them is called. */
function oneOf<Name extends string>(names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given);
  if (found === undefined) throw problems.notFound('The console sets no such stand-in.');
  return found;
}
