import type { ServiceProgram } from '@signalbox/http';
import { type AuthConfig, loadConfig } from './config.js';
import { startAuth } from './service.js';

/** What a process of this service does; main.ts runs it. */
export const program: ServiceProgram<AuthConfig> = { readConfig: loadConfig, start: startAuth };
