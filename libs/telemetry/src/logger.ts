import { pino } from 'pino';
import { withoutCardNumbers } from './without-card-numbers.js';

export type Logger = pino.Logger;

/**
 * One JSON line per fact, on standard output. Request bodies, headers and notification content are never given to the
 * logger; the redact list is only the second net, and masking what looks like a card number the last.
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
    hooks: { streamWrite: withoutCardNumbers },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
