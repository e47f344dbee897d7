import { fastify, type FastifyInstance } from 'fastify';
import { addBraintreeRoutes } from '../braintree/control/braintree-routes.js';
import { addSignInRoutes } from '../sign-in/control/sign-in-routes.js';
import { addMailRoutes } from '../mail/mail-routes.js';
import { addStripeRoutes } from '../stripe/control/stripe-routes.js';
import { addPhoneRoutes } from '../phones/phone-routes.js';
import { addAccountRoutes } from './account-routes.js';
import { addBehaviourRoutes } from './behaviour-routes.js';
import type { Controlled } from './controlled.js';
import { addFcmBehaviourRoutes } from './fcm-behaviour-routes.js';
import { addKeyRoutes } from './key-routes.js';
import { answerProblems } from './problem.js';
import { addRequestRoutes } from './request-routes.js';
import { addTokenRoutes } from './token-routes.js';
import { addWebPushPage } from '../webpush/page/page-routes.js';
import { addWebPushRoutes } from './webpush-routes.js';

/** Characters of a token in a path; Fastify's own limit of 100 is shorter than the tokens of FCM. */
const LONGEST_TOKEN = 4096;

/** The control API. It has no login: it is for loopback and test networks and guards nothing but a demo key. */
export function createControlServer(controlled: Controlled): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_TOKEN },
  });
  answerProblems(server);
  server.get('/health/live', () => ({ status: 'ok' }));
  addKeyRoutes(server, controlled.apns);
  addTokenRoutes(server, controlled);
  addBehaviourRoutes(server, controlled.apns);
  addAccountRoutes(server, controlled.fcm);
  addFcmBehaviourRoutes(server, controlled.fcm);
  addRequestRoutes(server, controlled);
  addStripeRoutes(server, controlled.stripe);
  addBraintreeRoutes(server, controlled.braintree);
  addSignInRoutes(server, controlled.signIn);
  addMailRoutes(server, controlled.mail);
  addWebPushRoutes(server, controlled.webPush);
  addWebPushPage(server);
  addPhoneRoutes(server, controlled.phones);
  return server;
}
