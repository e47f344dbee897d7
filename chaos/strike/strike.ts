import { setTimeout as lasting } from 'node:timers/promises';
import type { Fault } from '../schedule/fault.ts';
import { killAtWork } from './kill-at-work.ts';
import { fillDisk, forgetTomorrow } from './postgres-faults.ts';
import { poison } from './poison.ts';
import { provoke, soothe } from './provider-faults.ts';
import { loseRedis, replaceRedis } from './redis-faults.ts';
import type { Scene } from './scene.ts';
import { setClock } from './clock-faults.ts';
import { provokeTenant, sootheTenant } from './tenant-faults.ts';

const DAY_MS = 24 * 3_600_000;

/** Does one thing that goes wrong; resolves when it is put right and what was killed is ready again. */
export async function strike(fault: Fault, scene: Scene): Promise<void> {
  const { system } = scene;
  const { services, proxies, postgres } = system;
  switch (fault.kind) {
    case 'kill':
      await services[fault.service].kill();
      return services[fault.service].up();
    case 'kill-at-work':
      return killAtWork(fault, scene);
    case 'pause':
      services[fault.service].pause();
      await lasting(fault.ms);
      services[fault.service].resume();
      return;
    case 'flush-redis':
      return system.redis?.flushAll();
    case 'kill-redis':
      return loseRedis(system, fault.loses, fault.ms);
    case 'pause-redis':
      system.redis?.pause();
      await lasting(fault.ms);
      system.redis?.resume();
      return;
    case 'replace-redis':
      return replaceRedis(system);
    case 'crash-postgres':
      if (fault.how === 'kill') await postgres.kill();
      else await postgres.stop('immediate');
      return postgres.start();
    case 'cut-after-commit': {
      const proxy = proxies[fault.service].postgres;
      proxy.cutAfterCommit(fault.times);
      await lasting(fault.ms);
      proxy.cutAfterCommit(0);
      return;
    }
    case 'network': {
      const proxy = proxies[fault.service][fault.to];
      proxy?.poison(fault.toxic);
      await lasting(fault.ms);
      proxy?.heal();
      return;
    }
    case 'provider':
      await provoke(system, fault.trouble, fault.share);
      await lasting(fault.ms);
      return soothe(system);
    case 'clock':
      await setClock(system, fault.service, fault.byMs);
      await lasting(fault.ms);
      return setClock(system, fault.service, 0);
    case 'no-partition':
      await forgetTomorrow(postgres.url());
      await setClock(system, 'api', DAY_MS);
      await lasting(fault.ms);
      return setClock(system, 'api', 0);
    case 'disk-full':
      return fillDisk(system, fault.ms);
    case 'tenant':
      await provokeTenant(system, fault.trouble);
      await lasting(fault.ms);
      return sootheTenant(system);
    case 'poison':
      return poison(scene, fault.ms);
  }
}
