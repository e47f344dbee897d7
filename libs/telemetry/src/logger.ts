import { pino } from 'pino';

export type Logger = pino.Logger;

/**
 * One JSON line per fact, on standard output. Request bodies, headers and notification content are never given to the
 * logger; the redact list is only the second net.
 *
 * @param destination gets the lines instead of standard output.
 */
export function createLogger(service: string, level: string, destination?: { write(line: string): void }): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', '*.authorization', 'privateKey', '*.privateKey', 'token', '*.token'],
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
