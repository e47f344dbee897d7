import { connect as connectInTheClear, type Socket } from 'node:net';
import { connect as connectOverTls } from 'node:tls';
import { parseRedisUrl, type RedisHost, type RedisTls } from '@signalbox/config';
import { tlsOptions } from './tls-options.js';
import { withRemedy } from './with-remedy.js';

const PATIENCE_MS = 3_000;

/**
 * Asks each host of the URL whether anybody is there, over TLS where the URL says so. @returns undefined when one of them answers, if only to
 * ask for a password; else what was wrong with the first, and what to do about it.
 */
export async function reachRedis(url: string): Promise<Error | undefined> {
  const { hosts, tls } = parseRedisUrl(url);
  const troubles = await Promise.all(hosts.map((host) => troubleWith(host, tls)));
  return troubles.includes(undefined) ? undefined : troubles[0];
}

/**
 * What an error of a connection came from. One without a code says only that there is no connection: Sentinels and nodes are asked until none
 * is left, and TLS with one who speaks none ends in silence.
 */
export async function explainRedisError(url: string, error: Error): Promise<Error> {
  const explained = withRemedy(error, parseRedisUrl(url).tls);
  if (explained !== error || (error as NodeJS.ErrnoException).code !== undefined) return explained;
  return (await reachRedis(url)) ?? error;
}

async function troubleWith({ host, port }: RedisHost, tls: RedisTls | undefined): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket: Socket =
      tls === undefined
        ? connectInTheClear({ host, port })
        : connectOverTls({ host, port, servername: isName(host) ? host : undefined, ...tlsOptions(tls) });
    const settle = (trouble?: Error): void => {
      socket.destroy();
      resolve(trouble && new Error(`${host}:${port}: ${withRemedy(trouble, tls).message}`, { cause: trouble }));
    };
    const overTls = tls === undefined ? '' : ' over TLS; see that this is its TLS port';
    socket.setTimeout(PATIENCE_MS, () => settle(new Error(`no answer within ${PATIENCE_MS / 1_000} s${overTls}`)));
    socket.once('error', settle);
    socket.once('close', () => settle(new Error('it hung up')));
    // Who wants a certificate of ours says so only now.
    socket.once('data', () => settle());
    socket.write('PING\r\n');
  });
}

/** An address is no name that could be asked for. */
function isName(host: string): boolean {
  return !/^[\d.]+$|:/.test(host);
}
