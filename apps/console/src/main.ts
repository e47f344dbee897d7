import { runService } from '@signalbox/http';
import { readConfig } from './config.js';
import { startConsole } from './service.js';

await runService('console', { readConfig, start: startConsole });
