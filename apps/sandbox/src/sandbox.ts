import type { Logger } from '@signalbox/telemetry';
import type { Config } from './config.js';
import { createApnsServer, portInUse } from './apns/apns-server.js';
import { Exchange } from './apns/exchange.js';
import { OracleLog } from './apns/oracle-log.js';
import { ProviderTokens } from './apns/provider-token.js';
import { RequestLog } from './apns/request-log.js';
import { Script } from './apns/script.js';
import { createControlServer } from './control/control-server.js';
import { tlsIdentity } from './identity/certificates.js';
import { ProviderKeys } from './identity/provider-keys.js';
import { StateDirectory } from './identity/state-directory.js';
import { systemErrorCode } from './system-error-code.js';

const REMEMBERED_REQUESTS = 200_000;
const REMEMBERED_PAYLOAD_BYTES = 128 * 1024 * 1024;

export interface Sandbox {
  readonly controlPort: number;
  readonly apnsPort: number;
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
  const keys = await ProviderKeys.open(state);
  const oracle = config.oracleLog === undefined ? undefined : await OracleLog.open(config.oracleLog);
  const script = new Script();
  const log = new RequestLog(REMEMBERED_REQUESTS, REMEMBERED_PAYLOAD_BYTES);
  const exchange = new Exchange(new ProviderTokens(keys), script, log, oracle);
  const apns = createApnsServer(tls, exchange, script, logger);

  const apnsPort = await opening('APNS_PORT', config.apnsPort, apns.listen(config.apnsPort, config.host));
  const origin = `https://${urlHost(config.publicHost)}:${apnsPort}`;
  const control = createControlServer({
    keys,
    endpoint: { origin, ca: tls.ca },
    script,
    log,
    exchange,
    connections: apns.connections,
  });
  const listening = control.listen({ port: config.controlPort, host: config.host });
  try {
    await opening('CONTROL_PORT', config.controlPort, listening);
  } catch (error) {
    await apns.connections.stop();
    throw error;
  }
  return {
    controlPort: portInUse(control.server.address(), config.controlPort),
    apnsPort,
    stop: async () => {
      await Promise.all([control.close(), apns.connections.stop()]);
      await oracle?.close();
    },
  };
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
