export { DataDirectoryRefused, PortTaken, PostgresDidNotStart, PostgresUnavailable } from './errors.js';
export { freePort } from './free-port.js';
export { PostgresServer, type PostgresExit, type PostgresOptions, type StopMode } from './postgres-server.js';
export { type ProcessIdentity, identityOf, isRunning } from './process-identity.js';
export { clearOrphan } from './postmaster-file.js';
export { type StopLadder, stopLeftover } from './stop-leftover.js';
