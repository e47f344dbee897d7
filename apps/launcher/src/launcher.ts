import { stopLeftover } from '@signalbox/embedded-postgres';
import { checkRedis } from './check-redis.js';
import type { LauncherConfig } from './config.js';
import { type LocalFile, readLocalFile, writeLocalFile } from './demo/local-file.js';
import { seedDemo } from './demo/seed-demo.js';
import { type Ports, portsFrom, urlOf } from './ports.js';
import { openPostgres, prepareDatabase } from './prepare-database.js';
import { checkPorts } from './run/check-ports.js';
import { RunNote } from './run/run-note.js';
import { keepSecrets } from './run/secrets.js';
import { type StateFolder, openStateFolder } from './run/state-folder.js';
import { postgresProgram } from './services/postgres-program.js';
import { ServiceProcess } from './services/service-process.js';
import { type ServiceName, type ServiceSpec, describeServices } from './services/services.js';
import { Supervisor } from './services/supervisor.js';
import type { Terminal } from './terminal.js';
import { welcome } from './welcome.js';

/** Those who take requests stop first, then those they use; Postgres last of all. */
const STOP_ORDER: readonly (readonly (ServiceName | 'postgres')[])[] = [
  ['console', 'events', 'auth', 'push'],
  ['sandbox'],
  ['postgres'],
];

/** The whole of Signalbox on one machine. */
export class Launcher {
  private readonly running: Supervisor[] = [];
  private note: RunNote | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly config: LauncherConfig,
    private readonly terminal: Terminal,
  ) {}

  /** Starts everything and says so. Throws what stood in the way; whatever runs by then is for `stop` to stop. */
  async start(): Promise<void> {
    const { config, terminal } = this;
    const say = (line: string): void => terminal.say(`    ${line}`);
    const folder = openStateFolder(config.stateFolder);
    const ports = portsFrom(config.portBase);
    const { note, leftovers } = RunNote.claim(folder);
    this.note = note;
    for (const { pid } of leftovers) {
      await stopLeftover(pid, (argument) => argument.startsWith(config.repository));
      say(`stopped process ${pid}, which an earlier run had left behind`);
    }
    const { postgres: postgresPort, ...otherPorts } = ports;
    await checkPorts(otherPorts);
    if (config.redisUrl !== undefined) await checkRedis(config.redisUrl);
    const secrets = keepSecrets(folder);

    const postgres = await terminal.step('Postgres', () => openPostgres(folder, postgresPort, say));
    this.keep(new Supervisor(postgresProgram(postgres), (line) => terminal.say(line)));
    const databaseUrl = await terminal.step('migrations', () => prepareDatabase(postgres, config));
    await this.startServices(describeServices({ config, folder, ports, secrets, databaseUrl }));
    const local = await terminal.step('demo app', () => keepDemo(folder, ports, secrets));
    terminal.say(welcome(local, config.redisUrl === undefined ? 'Postgres (set REDIS_URL for Redis)' : 'Redis'));
  }

  /** Stops everything in order; a second call waits for the first. */
  async stop(): Promise<void> {
    return (this.stopping ??= this.stopInOrder());
  }

  /** Stops everything at once; Postgres recovers at the next start. */
  kill(): void {
    for (const supervisor of this.running) supervisor.kill();
  }

  private async startServices(specs: readonly ServiceSpec[]): Promise<void> {
    const starting = specs.map(async (spec) => {
      const service = new ServiceProcess(spec, (name, pid) => this.note?.record(name, pid));
      const supervisor = new Supervisor(service, (line) => this.terminal.say(line));
      this.running.push(supervisor);
      await this.terminal.step(spec.name, () => service.start());
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
    for (const names of STOP_ORDER) {
      const group = this.running.filter(({ program }) => names.some((name) => name === program.name));
      await Promise.all(group.map((supervisor) => supervisor.stop()));
    }
    this.note?.release();
  }
}

async function keepDemo(
  folder: StateFolder,
  ports: Ports,
  secrets: { readonly operatorToken: string; readonly operatorPassword: string },
): Promise<LocalFile> {
  const urls = {
    auth: urlOf(ports.auth),
    push: urlOf(ports.push),
    events: urlOf(ports.events),
    console: urlOf(ports.console),
    sandbox: urlOf(ports['sandbox control']),
  };
  const { operatorToken, operatorPassword } = secrets;
  const demo = await seedDemo(urls, operatorToken, readLocalFile(folder)?.demo);
  const local = { urls, operatorToken, operatorPassword, demo };
  writeLocalFile(folder, local);
  return local;
}
