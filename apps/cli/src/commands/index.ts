import type { Command } from '../command.js';
import { createApp, listApps, showApp } from './app.js';
import { listCredentials, putCredential } from './credential.js';
import { doctor } from './doctor.js';
import { createKey, listKeys, revokeKey } from './key.js';
import { grantOperator, listOperators, removeOperator } from './operators.js';
import { send } from './send.js';
import { sendBatch } from './send-batch.js';
import { createStripeSource, listStripeSources } from './stripe-source.js';
import { tail } from './tail.js';

/** Everything the tool can do, in the order its help shows. */
export const commands: readonly Command[] = [
  createApp,
  listApps,
  showApp,
  createKey,
  listKeys,
  revokeKey,
  putCredential,
  listCredentials,
  createStripeSource,
  listStripeSources,
  grantOperator,
  listOperators,
  removeOperator,
  sendBatch,
  send,
  tail,
  doctor,
];
