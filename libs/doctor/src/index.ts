export { inOrder, teller, type CheckName, type Finding, type FindingState } from './finding.js';
export { runChecks, type DatabaseCheck, type Given } from './database-check.js';
export { DATABASE_CHECKS } from './database-checks.js';
export { judgeClocks, readDatabaseClock, readingOf, type ClockReading } from './postgres/clock.js';
export { judgeConfiguration, judgeSecretFiles, judgeServices, type ServiceReading } from './services/services.js';
export { judgeCredential } from './services/credentials.js';
export { judgeMismatches, readMismatches } from './services/mismatches.js';
export { judgeRedis } from './work/redis.js';
