import { accessSync, constants } from 'node:fs';

/** Where a Redis is, and how one shows that it is the right one. */
export interface RedisAddress {
  /** `one` server; the master that the hosts, which are Sentinels, name; or the nodes of a `cluster` to begin with. */
  readonly kind: 'one' | 'sentinel' | 'cluster';
  /** At least one. */
  readonly hosts: readonly RedisHost[];
  /** Under which name the Sentinels know the master; of `sentinel` only. */
  readonly master: string | undefined;
  /** The numbered database; a cluster has 0 alone. */
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** Undefined: in the clear. */
  readonly tls: RedisTls | undefined;
}

export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** All files are PEM. */
export interface RedisTls {
  /** Who may have signed the server's certificate; undefined: whom Node trusts. */
  readonly caFile: string | undefined;
  /** The name that its certificate must have; undefined: the one that is connected to. */
  readonly serverName: string | undefined;
  /** How we show who we are, where the server asks. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** A URL of a Redis that cannot be used. The message says what to write, and holds no password. */
class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

const FORMS =
  'redis://host:6379, redis-sentinel://host:26379,host:26379/name-of-master or redis-cluster://host:6379,host:6379 (with TLS: rediss, rediss-sentinel, rediss-cluster)';

const TORN =
  'has an @ behind what was read as the host: percent-encode the user and the password (/ is %2F, ? is %3F, @ is %40), and an @ of an option';

const FORM =
  /^redis(?<s>s)?(?:-(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^/?#@]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;
const HOST = /^(?:\[(?<v6>[0-9a-f:.%]+)\]|(?<name>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i;
const DATABASE = /^\/(?<number>\d{0,4})$/;
const NAMED_MASTER = /^\/(?<master>[^/]+)(?:\/(?<number>\d{1,4}))?$/;

const FILES = ['caFile', 'certFile', 'keyFile'] as const;
const OF_TLS: readonly string[] = [...FILES, 'serverName'];
const OF_SENTINELS: readonly string[] = ['sentinelUsername', 'sentinelPassword'];

/**
 * Reads a URL of one Redis, of Sentinels or of a Redis Cluster.
 *
 * @throws RedisUrlError, also when a file that it names cannot be read.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const form = FORM.exec(url)?.groups;
  if (form === undefined) throw new RedisUrlError(`must be ${FORMS}`);
  // A part of a password would be taken for a host, a path or an option, and shown by what refuses it.
  if (`${form['path'] ?? ''}${form['query'] ?? ''}`.includes('@')) throw new RedisUrlError(TORN);
  const kind = (form['kind'] ?? 'one') as RedisAddress['kind'];
  const hosts = form['hosts']!.split(',').map((host) => hostOf(host, kind === 'sentinel' ? 26_379 : 6_379));
  if (kind === 'one' && hosts.length > 1) {
    throw new RedisUrlError(`names ${hosts.length} hosts, so it must be redis-sentinel:// or redis-cluster://`);
  }
  const options = optionsOf(form['query'], kind, form['s'] !== undefined);
  const [username, password] = credentialsOf(form['user']);
  return {
    kind,
    hosts,
    ...placeOf(kind, form['path'] ?? ''),
    username,
    password,
    sentinelUsername: options.get('sentinelUsername'),
    sentinelPassword: options.get('sentinelPassword'),
    tls:
      form['s'] === undefined
        ? undefined
        : {
            caFile: options.get('caFile'),
            serverName: options.get('serverName'),
            certFile: options.get('certFile'),
            keyFile: options.get('keyFile'),
          },
  };
}

function hostOf(text: string, defaultPort: number): RedisHost {
  const { v6, name, port } = HOST.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || number < 1 || number > 65_535) {
    throw new RedisUrlError(`${text} is not a host with a port, such as redis:6379 or [::1]:6379`);
  }
  return { host, port: number };
}

/** Which of the databases, or which of the masters that Sentinels watch. */
function placeOf(kind: RedisAddress['kind'], path: string): Pick<RedisAddress, 'master' | 'database'> {
  if (kind === 'sentinel') {
    const { master, number = '0' } = NAMED_MASTER.exec(path)?.groups ?? {};
    if (master === undefined) {
      throw new RedisUrlError('must end with the name of the master as Sentinel knows it, such as /mymaster');
    }
    return { master: decoded(master), database: Number(number) };
  }
  const number = path === '' ? '0' : DATABASE.exec(path)?.groups?.['number'];
  if (number === undefined) throw new RedisUrlError(`ends with ${path}, where the number of a database may stand`);
  if (kind === 'cluster' && Number(number) !== 0) {
    throw new RedisUrlError(`names database ${number}, and a Redis Cluster has database 0 alone`);
  }
  return { master: undefined, database: Number(number) };
}

function credentialsOf(
  text: string | undefined,
): readonly [username: string | undefined, password: string | undefined] {
  if (text === undefined || text === '') return [undefined, undefined];
  const colon = text.indexOf(':');
  // As ioredis reads it: who names no user has a password alone.
  const [username, password] = colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  return [username === '' ? undefined : decoded(username), password === '' ? undefined : decoded(password)];
}

function optionsOf(
  query: string | undefined,
  kind: RedisAddress['kind'],
  hasTls: boolean,
): ReadonlyMap<string, string> {
  const options = new Map(new URLSearchParams(query ?? ''));
  const known = [...(hasTls ? OF_TLS : []), ...(kind === 'sentinel' ? OF_SENTINELS : [])];
  for (const name of options.keys()) {
    if (known.includes(name)) continue;
    if (OF_TLS.includes(name)) throw new RedisUrlError(`has ${name}, which needs TLS: write rediss:// for redis://`);
    const may = known.length === 0 ? 'none here' : known.join(', ');
    throw new RedisUrlError(`has the unknown option ${name}; there is ${may}`);
  }
  if (options.has('certFile') !== options.has('keyFile')) {
    throw new RedisUrlError('must name both certFile and keyFile, or neither');
  }
  for (const name of FILES) {
    const file = options.get(name);
    if (file !== undefined) assertReadable(name, file);
  }
  return options;
}

function assertReadable(name: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RedisUrlError(
      `names the ${name} ${file}, which cannot be read (${code}): correct the path or its rights`,
    );
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('has a % that is none of percent-encoding: write %25 for it');
  }
}
