import { logLevel, parseEnvironment } from '@signalbox/config';
import { z } from 'zod';

/** 0 lets the system choose; the port in use is then in the ready line. */
const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  HOST: z.string().default('127.0.0.1'),
  CONTROL_PORT: port.default(4010),
  APNS_PORT: port.default(4012),
  FCM_PORT: port.default(4011),
  STRIPE_PORT: port.default(4013),
  BRAINTREE_PORT: port.default(4014),
  SIGN_IN_PORT: port.default(4015),
  MAIL_PORT: port.default(4016),
  WEB_PUSH_PORT: port.default(4017),
  /** The name clients reach the sandbox by, when that is not HOST: a container's name, for example. */
  PUBLIC_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/, 'a host name or an IP address, without scheme and port')
    .optional(),
  STATE_DIR: z.string().optional(),
  ORACLE_LOG: z.string().optional(),
  LOG_LEVEL: logLevel,
});

export interface Config {
  readonly host: string;
  readonly publicHost: string;
  readonly controlPort: number;
  readonly apnsPort: number;
  readonly fcmPort: number;
  readonly stripePort: number;
  readonly braintreePort: number;
  readonly signInPort: number;
  readonly mailPort: number;
  readonly webPushPort: number;
  /** Where certificate and keys survive a restart; absent, they live as long as the process. */
  readonly stateDirectory: string | undefined;
  /** Where every request is appended before it is answered; absent, only memory keeps them. */
  readonly oracleLog: string | undefined;
  readonly logLevel: string;
}

const WILDCARDS = new Set(['0.0.0.0', '::', '']);

/** @throws ConfigError naming every bad variable. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const variables = parseEnvironment(schema, environment);
  return {
    host: variables.HOST,
    publicHost: variables.PUBLIC_HOST ?? (WILDCARDS.has(variables.HOST) ? 'localhost' : variables.HOST),
    controlPort: variables.CONTROL_PORT,
    apnsPort: variables.APNS_PORT,
    fcmPort: variables.FCM_PORT,
    stripePort: variables.STRIPE_PORT,
    braintreePort: variables.BRAINTREE_PORT,
    signInPort: variables.SIGN_IN_PORT,
    mailPort: variables.MAIL_PORT,
    webPushPort: variables.WEB_PUSH_PORT,
    stateDirectory: variables.STATE_DIR,
    oracleLog: variables.ORACLE_LOG,
    logLevel: variables.LOG_LEVEL,
  };
}
