import { stopLeftover } from '@signalbox/embedded-postgres';
import { checkRedis } from './check-redis.js';
import type { LauncherConfig } from './config.js';
import { keepDemo } from './demo/keep-demo.js';
import { keepOperators } from './demo/keep-operators.js';
import { type LocalFile, readLocalFile } from './demo/local-file.js';
import { LaunchRefused } from './launch-refused.js';
import { type Ports, portsFrom, urlOf } from './ports.js';
import { openPostgres, prepareDatabase } from './prepare-database.js';
import { checkPorts } from './run/check-ports.js';
import { RunNote } from './run/run-note.js';
import { keepSecrets } from './run/secrets.js';
import { openStateFolder } from './run/state-folder.js';
import { postgresProgram } from './services/postgres-program.js';
import { ServiceProcess } from './services/service-process.js';
import { type ServiceName, type ServiceSpec, describeServices } from './services/services.js';
import { Supervisor } from './services/supervisor.js';
import type { Terminal } from './terminal.js';

/** Those who take requests stop first, then those they use; Postgres last of all. */
const STOP_ORDER: readonly (readonly (ServiceName | 'postgres')[])[] = [
  ['console', 'events', 'auth', 'payments', 'push'],
  ['sandbox'],
  ['postgres'],
];

/** The whole of Signalbox on one machine. */
export class Launcher {
  private readonly running: Supervisor[] = [];
  private note: RunNote | undefined;
  private starting: Promise<unknown> = Promise.resolve();
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly config: LauncherConfig,
    private readonly terminal: Terminal,
  ) {}

  /** Starts everything. Throws what stood in the way; whatever runs by then is for `stop` to stop. */
  start(): Promise<LocalFile> {
    const starting = this.startInOrder();
    this.starting = starting;
    return starting;
  }

  /** Stops everything in order, also what is just starting; a second call waits for the first. */
  async stop(): Promise<void> {
    return (this.stopping ??= this.stopInOrder());
  }

  /** Stops everything at once; Postgres recovers at the next start. */
  kill(): void {
    for (const supervisor of this.running) supervisor.kill();
  }

  private async startInOrder(): Promise<LocalFile> {
    const { config, terminal } = this;
    const say = (line: string): void => terminal.say(`    ${line}`);
    const folder = openStateFolder(config.stateFolder);
    const ports = portsFrom(config.portBase);
    const { note, leftovers } = RunNote.claim(folder);
    this.note = note;
    const ofThisClone = (argument: string): boolean => argument.startsWith(config.repository);
    const stopped = await Promise.all(leftovers.map(({ pid }) => stopLeftover(pid, ofThisClone)));
    const count = stopped.filter(Boolean).length;
    if (count > 0) say(`stopped ${count} process(es) that an earlier run had left behind`);
    const { postgres: postgresPort, ...otherPorts } = ports;
    await checkPorts(otherPorts);
    if (config.redisUrl !== undefined) await checkRedis(config.redisUrl);
    const secrets = keepSecrets(folder);

    const postgres = await this.step('Postgres', () => openPostgres(folder, postgresPort, say));
    this.keep(new Supervisor(postgresProgram(postgres), (line) => terminal.say(line)));
    const databaseUrl = await this.step('migrations', () => prepareDatabase(postgres));
    const surroundings = { config, folder, ports, secrets, databaseUrl };
    await this.startServices(describeServices(surroundings).filter(({ name }) => name !== 'console'));
    const { operatorToken, operatorPassword } = secrets;
    const urls = urlsOf(ports);
    // The console is told at its start as which client of auth it signs operators in.
    const operators = await this.step('operators', () =>
      keepOperators(urls, operatorToken, readLocalFile(folder)?.operators),
    );
    const withClient = describeServices({ ...surroundings, operatorClientId: operators.clientId });
    await this.startServices(withClient.filter(({ name }) => name === 'console'));
    const { redisUrl, queuePrefix } = config;
    const operate = {
      ...{ databaseUrl, masterKeyFile: secrets.masterKeyFile },
      ...(redisUrl !== undefined && { redisUrl }),
      ...(queuePrefix !== undefined && { queuePrefix }),
    };
    const installation = { urls, operatorToken, operatorPassword, operate, operators };
    return this.step('demo app', () => keepDemo(folder, installation));
  }

  /** One step of the start, unless somebody has asked us to stop. */
  private step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    if (this.stopping) throw new LaunchRefused('stopped before it was up');
    return this.terminal.step(name, work);
  }

  private async startServices(specs: readonly ServiceSpec[]): Promise<void> {
    const starting = specs.map(async (spec) => {
      const service = new ServiceProcess(spec, (name, pid) => this.note?.record(name, pid));
      const supervisor = new Supervisor(service, (line) => this.terminal.say(line));
      this.running.push(supervisor);
      await this.step(spec.name, () => service.start());
      supervisor.watch();
    });
    // All of them get to an end before a failure of one is reported, so that nothing starts while we stop.
    const results = await Promise.allSettled(starting);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private keep(supervisor: Supervisor): void {
    this.running.push(supervisor);
    supervisor.watch();
  }

  private async stopInOrder(): Promise<void> {
    await this.stopGroups();
    // A start in mid-step ends with that step; what it had just opened is stopped, too.
    await this.starting.catch(() => undefined);
    await this.stopGroups();
    this.note?.release();
  }

  private async stopGroups(): Promise<void> {
    for (const names of STOP_ORDER) {
      const group = this.running.filter(({ program }) => names.some((name) => name === program.name));
      await Promise.all(group.map((supervisor) => supervisor.stop()));
    }
  }
}

function urlsOf(ports: Ports): LocalFile['urls'] {
  return {
    auth: urlOf(ports.auth),
    payments: urlOf(ports.payments),
    push: urlOf(ports.push),
    events: urlOf(ports.events),
    console: urlOf(ports.console),
    sandbox: urlOf(ports['sandbox control']),
  };
}
