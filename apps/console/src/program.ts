import type { ServiceProgram } from '@signalbox/http';
import { type ConsoleConfig, readConfig } from './config.js';
import { startConsole } from './service.js';

/** What a process of this service does; main.ts runs it. */
export const program: ServiceProgram<ConsoleConfig> = { readConfig, start: startConsole };
