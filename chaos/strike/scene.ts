import type { ClientLog } from '../load/client-log.ts';
import type { Door } from '../load/door.ts';
import type { System } from '../system/system.ts';
import type { Restart } from './restart.ts';

/** What a fault may touch, and whom it tells what came of it. */
export interface Scene {
  readonly system: System;
  readonly door: Door;
  readonly log: ClientLog;
  readonly onRestart: (restart: Restart) => void;
  /** Hears of a promise that was seen broken. */
  readonly find: (finding: string) => void;
}
