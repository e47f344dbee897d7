import { join } from 'node:path';
import { HEAP_BOUNDS } from '@signalbox/config';
import { freePort } from '@signalbox/embedded-postgres';
import { eventually, launchProcess, type ProcessExit, type RunningProcess } from '@signalbox/process-control';
import type { Guard } from '../system/service.ts';
import { Balancer } from './balancer.ts';
import { type RoleName, ROLES } from './roles.ts';

/** Milliseconds until a process that was started is behind its balancer, on a machine that has much else to do. */
const START_PATIENCE_MS = 90_000;

interface Replica {
  readonly port: number;
  readonly process: RunningProcess;
}

/** What became of the processes that were asked to stop. Milliseconds. */
export interface Restarts {
  count: number;
  slowestStopMs: number;
  /** Those that did not end with 0. */
  readonly badEnds: ProcessExit[];
}

/** A role behind a balancer of its own, as its Deployment and Service in k8s/. */
export class Deployment {
  readonly name: RoleName;
  readonly restarts: Restarts = { count: 0, slowestStopMs: 0, badEnds: [] };
  private readonly balancer: Balancer;
  private readonly replicas: readonly Replica[];

  private constructor(name: RoleName, balancer: Balancer, replicas: readonly Replica[]) {
    this.name = name;
    this.balancer = balancer;
    this.replicas = replicas;
  }

  static async start(
    { name, ports, balancer }: Place,
    env: Readonly<Record<string, string | undefined>>,
    folder: string,
    guard: Guard,
  ): Promise<Deployment> {
    const { app, env: ofRole } = ROLES[name];
    const replicas = await Promise.all(
      ports.map(async (port, index): Promise<Replica> => {
        const process = await launchProcess(
          {
            entry: `apps/${app}/dist/main.js`,
            nodeArgs: HEAP_BOUNDS,
            env: { ...env, ...ofRole, PORT: `${port}` },
            ready: { url: `http://127.0.0.1:${port}/health/ready` },
            within: START_PATIENCE_MS,
            logFile: join(folder, 'logs', `${name}-${index}.log`),
          },
          guard,
        );
        return { port, process };
      }),
    );
    const deployment = new Deployment(name, balancer, replicas);
    await Promise.all(replicas.map((replica) => deployment.takesTraffic(replica)));
    return deployment;
  }

  /** One after the other: asked to stop, waited for, started again, waited for. */
  async roll(): Promise<void> {
    for (const replica of this.replicas) {
      const began = performance.now();
      const exit = await replica.process.stop();
      this.restarts.slowestStopMs = Math.max(this.restarts.slowestStopMs, performance.now() - began);
      if (exit.code !== 0) this.restarts.badEnds.push(exit);
      await replica.process.restart();
      await this.takesTraffic(replica);
      this.restarts.count += 1;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process.stop()));
    await this.balancer.close();
  }

  private async takesTraffic({ port }: Replica): Promise<void> {
    await eventually(() => this.balancer.isReady(port), { within: START_PATIENCE_MS });
  }
}

/** Where a role is to be found, before any of it runs. */
export interface Place {
  readonly name: RoleName;
  readonly ports: readonly number[];
  readonly balancer: Balancer;
}

export async function placeFor(name: RoleName, replicas: number): Promise<Place> {
  const ports = await Promise.all(Array.from({ length: replicas }, () => freePort(0)));
  return { name, ports, balancer: await Balancer.open(ports) };
}
