import { runService } from '@signalbox/http';
import { loadConfig } from './config.js';
import { startAuth } from './service.js';

await runService('auth', { readConfig: loadConfig, start: startAuth });
