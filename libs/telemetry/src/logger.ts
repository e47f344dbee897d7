import { pino } from 'pino';

export type Logger = pino.Logger;

/**
 * One JSON line per fact, on standard output. Request bodies, headers and notification content are never given to the
 * logger; the redact list is only the second net.
 */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', '*.authorization', 'privateKey', '*.privateKey', 'token', '*.token'], censor: '[redacted]' },
  });
}
