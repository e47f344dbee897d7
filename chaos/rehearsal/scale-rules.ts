const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * The rules as they are, with every length of time divided by `factor`: how long an alert waits, how often rules are looked at, how far
 * their windows and offsets reach, and the seconds of a window that an average is multiplied by to make it a number again. What a rule
 * compares with (a minute that work is late) stays: the system does not run faster.
 */
export function scaleRules(rules: string, factor: number): string {
  if (factor === 1) return rules;
  const scaled = (duration: string): string => `${Math.max(1, Math.round(millisecondsOf(duration) / factor))}ms`;
  return rules
    .replaceAll(/^( +(?:- )?(?:for|interval): )(\w+)$/gm, (_all, key: string, time: string) => key + scaled(time))
    .replaceAll(/\[(\w+)\]/g, (_all, time: string) => `[${scaled(time)}]`)
    .replaceAll(/\boffset (\d+(?:ms|s|m|h|d))\b/g, (_all, time: string) => `offset ${scaled(time)}`)
    .replaceAll(/(\]\) \* )(\d+)( >=)/g, (_all, before: string, seconds: string, after: string) => {
      return `${before}${Number(seconds) / factor}${after}`;
    });
}

function millisecondsOf(duration: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  if (amount === undefined) throw new Error(`${duration} is no length of time that rules have`);
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}
