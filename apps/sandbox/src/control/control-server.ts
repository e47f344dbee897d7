import { fastify, type FastifyInstance } from 'fastify';
import { addBehaviourRoutes } from './behaviour-routes.js';
import type { Controlled } from './controlled.js';
import { addKeyRoutes } from './key-routes.js';
import { answerProblems } from './problem.js';
import { addRequestRoutes } from './request-routes.js';
import { addTokenRoutes } from './token-routes.js';

/** The control API. It has no login: it is for loopback and test networks and guards nothing but a demo key. */
export function createControlServer(controlled: Controlled): FastifyInstance {
  const server = fastify({ logger: false, forceCloseConnections: true });
  answerProblems(server);
  server.get('/health/live', () => ({ status: 'ok' }));
  addKeyRoutes(server, controlled);
  addTokenRoutes(server, controlled);
  addBehaviourRoutes(server, controlled);
  addRequestRoutes(server, controlled);
  return server;
}
