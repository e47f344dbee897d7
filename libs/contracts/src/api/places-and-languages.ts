/** Whether Node's ICU knows the zone. It also takes offsets like +02:00, which say nothing of summer time: refused. */
export function isTimeZone(name: string): boolean {
  return !/^[+-]/.test(name) && accepts(() => new Intl.DateTimeFormat('en', { timeZone: name }));
}

/** Whether this is a well-formed BCP 47 language tag (RFC 5646). */
export function isLocale(tag: string): boolean {
  return accepts(() => Intl.getCanonicalLocales(tag));
}

/** Intl answers by throwing a RangeError. */
function accepts(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
