import type { PostgresServer } from '@signalbox/embedded-postgres';
import type { Program } from './program.js';

/** Postgres as one of the programs that are kept running; it is open already when it comes here. */
export function postgresProgram(server: PostgresServer): Program {
  return {
    name: 'postgres',
    start: () => server.start(),
    get ended() {
      return server.exited.then(({ code, signal }) => signal ?? `exit code ${code}`);
    },
    stop: () => server.stop('fast'),
    kill: () => void server.stop('immediate'),
  };
}
