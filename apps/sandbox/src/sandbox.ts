import type { Logger } from '@signalbox/telemetry';
import type { Config } from './config.js';
import { createApnsServer } from './apns/apns-server.js';
import { createApnsScript } from './apns/behaviour.js';
import { Exchange } from './apns/exchange.js';
import { ProviderTokens } from './apns/provider-token.js';
import { matches as matchesRequest } from './apns/received-request.js';
import { BraintreeSide } from './braintree/braintree-side.js';
import { createControlServer } from './control/control-server.js';
import { AccessTokens } from './fcm/access-tokens.js';
import { createFcmScript } from './fcm/behaviour.js';
import { FcmExchange } from './fcm/exchange.js';
import { createFcmServer } from './fcm/fcm-server.js';
import { matches as matchesMessage } from './fcm/received-message.js';
import { TOKEN_PATH, TokenEndpoint } from './fcm/token-endpoint.js';
import { tlsIdentity, type TlsIdentity } from './identity/certificates.js';
import { ProviderKeys } from './identity/provider-keys.js';
import { ServiceAccounts } from './identity/service-accounts.js';
import { MailSide } from './mail/mail-side.js';
import { Phones } from './phones/phones.js';
import { OracleLog } from './recording/oracle-log.js';
import { RequestLog } from './recording/request-log.js';
import { SignInSide } from './sign-in/sign-in-side.js';
import { StripeSide } from './stripe/stripe-side.js';
import { StateDirectory } from './identity/state-directory.js';
import { systemErrorCode } from './system-error-code.js';
import { portInUse } from './transport/listen.js';
import { createWebPushScript } from './webpush/behaviour.js';
import { WebPushExchange } from './webpush/exchange.js';
import { createPushServer } from './webpush/push-server.js';
import { matches as matchesPush } from './webpush/received-push.js';
import { Subscriptions } from './webpush/subscriptions.js';

const REMEMBERED_REQUESTS = 200_000;
const REMEMBERED_PAYLOAD_BYTES = 128 * 1024 * 1024;

export interface Sandbox {
  readonly controlPort: number;
  readonly apnsPort: number;
  readonly fcmPort: number;
  readonly stripePort: number;
  readonly braintreePort: number;
  readonly signInPort: number;
  readonly mailPort: number;
  readonly webPushPort: number;
  /** Requests under way get half a second; what the oracle log was given is on disk when this resolves. */
  stop(): Promise<void>;
}

/** A port is in use or may not be opened; the message names the variable to change. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/** @throws PortError, StateDirectoryError */
export async function startSandbox(config: Config, logger: Logger): Promise<Sandbox> {
  const state = new StateDirectory(config.stateDirectory);
  const tls = await tlsIdentity(state, config.publicHost);
  const oracle = config.oracleLog === undefined ? undefined : await OracleLog.open(config.oracleLog);
  const phones = new Phones();
  const apns = await apnsSide(state, tls, oracle, phones, logger);
  const fcm = await fcmSide(state, tls, oracle, phones, logger);
  const stripe = new StripeSide(logger);
  const braintree = new BraintreeSide(logger);
  const signIn = await SignInSide.open(state, apns.keys, logger);
  const mail = new MailSide(logger);
  const webPush = await webPushSide(state, tls, oracle, logger);
  const opened: { stop(): Promise<unknown> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((server) => server.stop()));
    phones.close();
    await oracle?.close();
  };
  try {
    const { host, publicHost } = config;
    const originOf = (port: number): string => `https://${urlHost(publicHost)}:${port}`;
    const apnsPort = await opening('APNS_PORT', config.apnsPort, apns.server.listen(config.apnsPort, host));
    opened.push(apns.server.connections);
    const fcmPort = await opening('FCM_PORT', config.fcmPort, fcm.server.listen(config.fcmPort, host));
    opened.push(fcm.server.connections);
    fcm.tokenEndpoint.address = `${originOf(fcmPort)}${TOKEN_PATH}`;
    const stripePort = await opening('STRIPE_PORT', config.stripePort, stripe.listen(config.stripePort, host));
    opened.push(stripe);
    stripe.origin = `http://${urlHost(publicHost)}:${stripePort}`;
    const braintreeListening = braintree.listen(config.braintreePort, host);
    const braintreePort = await opening('BRAINTREE_PORT', config.braintreePort, braintreeListening);
    opened.push(braintree);
    braintree.origin = `http://${urlHost(publicHost)}:${braintreePort}`;
    const signInPort = await opening('SIGN_IN_PORT', config.signInPort, signIn.listen(config.signInPort, host));
    opened.push(signIn);
    signIn.providers.origin = `http://${urlHost(publicHost)}:${signInPort}`;
    const mailPort = await opening('MAIL_PORT', config.mailPort, mail.listen(config.mailPort, host));
    opened.push(mail);
    const webPushListening = webPush.server.listen(config.webPushPort, host);
    const webPushPort = await opening('WEB_PUSH_PORT', config.webPushPort, webPushListening);
    opened.push(webPush.connections);
    webPush.exchange.origin = originOf(webPushPort);
    const control = createControlServer({
      apns: { ...apns, endpoint: { origin: originOf(apnsPort), ca: tls.ca } },
      fcm: { ...fcm, endpoint: { origin: originOf(fcmPort), ca: tls.ca } },
      stripe,
      braintree,
      signIn,
      mail,
      webPush: { ...webPush, endpoint: { origin: originOf(webPushPort), ca: tls.ca } },
      phones,
    });
    const listening = control.listen({ port: config.controlPort, host });
    await opening('CONTROL_PORT', config.controlPort, listening);
    opened.push({ stop: () => control.close() });
    const controlPort = portInUse(control.server.address(), config.controlPort);
    return { controlPort, apnsPort, fcmPort, stripePort, braintreePort, signInPort, mailPort, webPushPort, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function apnsSide(
  state: StateDirectory,
  tls: TlsIdentity,
  oracle: OracleLog | undefined,
  phones: Phones,
  logger: Logger,
) {
  const keys = await ProviderKeys.open(state);
  const script = createApnsScript();
  const log = new RequestLog(REMEMBERED_REQUESTS, REMEMBERED_PAYLOAD_BYTES, matchesRequest);
  const tokens = new ProviderTokens(keys);
  const exchange = new Exchange(tokens, script, log, oracle, phones);
  const server = createApnsServer(tls, exchange, script, logger);
  return { keys, tokens, script, log, counts: exchange.counts, server, connections: server.connections };
}

async function fcmSide(
  state: StateDirectory,
  tls: TlsIdentity,
  oracle: OracleLog | undefined,
  phones: Phones,
  logger: Logger,
) {
  const accounts = await ServiceAccounts.open(state);
  const script = createFcmScript();
  const tokens = new AccessTokens(accounts);
  const log = new RequestLog(REMEMBERED_REQUESTS, REMEMBERED_PAYLOAD_BYTES, matchesMessage);
  const exchange = new FcmExchange(tokens, script, log, oracle, phones);
  const tokenEndpoint = new TokenEndpoint(accounts, tokens, script);
  const server = createFcmServer(tls, exchange, tokenEndpoint, script, logger);
  const { connections } = server;
  return {
    accounts,
    script,
    tokens,
    log,
    counts: exchange.counts,
    tokenEndpoint,
    tokenCounts: tokenEndpoint.counts,
    server,
    connections,
  };
}

async function webPushSide(state: StateDirectory, tls: TlsIdentity, oracle: OracleLog | undefined, logger: Logger) {
  const subscriptions = await Subscriptions.open(state);
  const script = createWebPushScript();
  const log = new RequestLog(REMEMBERED_REQUESTS, REMEMBERED_PAYLOAD_BYTES, matchesPush);
  const exchange = new WebPushExchange(subscriptions, script, log, oracle);
  const server = createPushServer(tls, exchange, script, logger);
  return { subscriptions, script, log, exchange, counts: exchange.counts, server, connections: server.connections };
}

async function opening<Result>(variable: string, port: number, listening: Promise<Result>): Promise<Result> {
  try {
    return await listening;
  } catch (cause) {
    const why = systemErrorCode(cause) === 'EADDRINUSE' ? 'another process uses it' : String(cause);
    throw new PortError(`port ${port} cannot be opened (${why}): stop that process or set ${variable}`, { cause });
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
