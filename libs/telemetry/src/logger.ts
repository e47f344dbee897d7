import { pino } from 'pino';
import { allowedFields, type LogFields } from './log/allowed-fields.js';
import { errorFacts } from './log/error-facts.js';
import { currentTraceId } from './traces/spans.js';
import { withoutCardNumbers } from './without-card-numbers.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

interface LogLine {
  (fields: LogFields, message: string): void;
  (message: string): void;
}

/** pino's, with the fields that there may be. */
export type Logger = Readonly<Record<Level, LogLine>> & { isLevelEnabled(level: Level): boolean };

/**
 * One JSON line per fact, on standard output, with the trace that it belongs to, where there is one. A field that is not on the list of
 * log/allowed-fields.ts is left out, and of an error what log/error-facts.ts allows is said. Request bodies, headers and notification
 * content are never given to the logger; the redact list is only the second net, and masking what looks like a card number the last.
 *
 * @param destination gets the lines instead of standard output.
 */
export function createLogger(service: string, level: string, destination?: { write(line: string): void }): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    // A new object each time: pino puts the line's own fields into it, and a kept one would tell them again on the next line.
    mixin: () => {
      const trace = currentTraceId();
      return trace === undefined ? {} : { trace };
    },
    formatters: { log: allowedFields },
    serializers: { err: (error: unknown) => errorFacts(error) },
    redact: {
      paths: ['authorization', '*.authorization', 'privateKey', '*.privateKey', 'token', '*.token'],
      censor: '[redacted]',
    },
    hooks: { streamWrite: withoutCardNumbers },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
