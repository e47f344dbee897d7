import type { RedisFacts, RedisServerFacts } from '@signalbox/queues';
import { counted } from '../durations.js';
import { type Finding, teller } from '../finding.js';

const told = teller('queues');
/** Older ones lack commands that BullMQ uses. */
const LEAST_VERSION = 6.2;

/** Whether Redis keeps jobs, and its services have begun their queues in it. */
export function judgeRedis({ kind, servers, notWhole, epochs, epochsMissing }: RedisFacts): Finding[] {
  const findings = servers.flatMap((server) => judgeServer(server, servers.length > 1 ? `${server.server}: ` : ''));
  if (notWhole !== undefined) {
    findings.push(told.wrong(notWhole, 'bring the missing master back, or a replica in its place', 'redis-lost.md'));
  }
  const alone = kind === 'one' ? [] : servers.filter(({ replicas }) => replicas === 0);
  if (alone.length > 0) {
    const seen = `no replica follows ${alone.map(({ server }) => server).join(', ')}`;
    findings.push(
      told.warning(
        seen,
        'add one: there is nobody to take over; nothing would be lost, and nothing sent',
        'redis-lost.md',
      ),
    );
  }
  if (epochsMissing.length > 0) {
    const seen = `${counted(epochsMissing.length, 'queue')} without an epoch key: ${epochsMissing.slice(0, 3).join(', ')}`;
    const remedy = 'see that QUEUE_PREFIX is the one of the services and that they run: each begins its own queues';
    findings.push(told.warning(seen, remedy, 'redis-lost.md'));
  }
  if (findings.length > 0) return findings;
  const [{ version, appendfsync } = { version: 'unknown', appendfsync: undefined }] = servers;
  const append = appendfsync === undefined ? '' : ` (${appendfsync})`;
  const where = {
    one: 'Redis',
    sentinel: 'behind Sentinel, Redis',
    cluster: `a Redis Cluster of ${servers.length} masters,`,
  }[kind];
  return [told.ok(`${where} ${version}, noeviction, appendonly${append}, all ${epochs} queues begun`)];
}

/** `of`: which server it is, where there are several. */
function judgeServer(facts: RedisServerFacts, of: string): Finding[] {
  const { version, maxmemoryPolicy, aofEnabled, appendfsync, saveFailed, aofFailed } = facts;
  const findings: Finding[] = [];
  if (Number.parseFloat(version) < LEAST_VERSION) {
    findings.push(told.wrong(`${of}Redis ${version}`, `run ${LEAST_VERSION} or newer`, 'redis-lost.md'));
  }
  if (maxmemoryPolicy === undefined) {
    findings.push(
      told.notChecked(
        `${of}maxmemory-policy may not be read (CONFIG is forbidden)`,
        'see that it is noeviction',
        'redis-lost.md',
      ),
    );
  } else if (maxmemoryPolicy !== 'noeviction') {
    const remedy = 'set it to noeviction: a full Redis would throw jobs away, and their work be late';
    findings.push(told.wrong(`${of}maxmemory-policy is ${maxmemoryPolicy}`, remedy, 'redis-lost.md'));
  }
  if (!aofEnabled) {
    const remedy = 'set appendonly yes and appendfsync everysec: without it a restart offers all open work anew';
    findings.push(told.warning(`${of}appendonly is off`, remedy, 'redis-lost.md'));
  } else if (appendfsync === 'no') {
    findings.push(told.warning(`${of}appendfsync is no`, 'set it to everysec', 'redis-lost.md'));
  }
  if (saveFailed || aofFailed) {
    const what = [...(saveFailed ? ['snapshot'] : []), ...(aofFailed ? ['append-only file'] : [])].join(' and ');
    findings.push(
      told.wrong(`${of}the last write of the ${what} failed`, "look at Redis' log and disk", 'redis-lost.md'),
    );
  }
  return findings;
}
