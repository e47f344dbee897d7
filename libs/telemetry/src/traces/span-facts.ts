/**
 * Everything that a span may say: names of OpenTelemetry's conventions where there are some. No fact has a place for a user, a token, an
 * address or a text, and a value is a word, so that none can come in under another's name.
 */
const FACTS = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'error.type',
  'messaging.destination.name',
  'messaging.batch.message_count',
  'signalbox.lane',
  'signalbox.claims',
  'signalbox.late_ms',
  'signalbox.end',
  'signalbox.provider',
  'signalbox.call',
  'signalbox.attempt',
  'signalbox.outcome',
  'signalbox.reason',
  'signalbox.work',
  'signalbox.notification',
  'signalbox.delivery',
] as const;

export type SpanFacts = Partial<Readonly<Record<(typeof FACTS)[number], string | number | undefined>>>;

const ALLOWED: ReadonlySet<string> = new Set(FACTS);

/** A route, the name of a queue, an id of ours, a code. No blank, so no name and no sentence; no `@`, no `+`. */
const WORD = /^[\w.:/{}*-]{1,120}$/;

/** What of these facts goes out: those that are allowed, and of those `other` for what is no word. */
export function factsToSend(facts: SpanFacts): Record<string, string | number> {
  const sent: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value === undefined || !ALLOWED.has(name)) continue;
    sent[name] = typeof value === 'number' || WORD.test(value) ? value : 'other';
  }
  return sent;
}
