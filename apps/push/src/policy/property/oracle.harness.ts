import type { PolicyDocument, QuietWindow, UserPreferences } from '@signalbox/contracts';

const HOUR_MS = 3_600_000;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** The clock on the wall, as Intl has it; the policy asks another library. */
function wall(zone: string, ms: number): { minutes: number; day: number; offset: number } {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  const shown = Date.parse(`${format.format(ms).replace(' ', 'T')}Z`);
  const date = new Date(shown);
  return {
    minutes: date.getUTCHours() * 60 + date.getUTCMinutes(),
    day: (date.getUTCDay() + 6) % 7,
    offset: shown - Math.floor(ms / 1_000) * 1_000,
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}

/** Whether the clock on the wall shows a time inside one of the windows. */
export function isQuiet(windows: readonly QuietWindow[], zone: string, ms: number): boolean {
  const { minutes, day } = wall(zone, ms);
  const holdsOn = (window: QuietWindow, on: number): boolean => window.days?.includes(DAYS[on]!) ?? true;
  return windows.some((window) => {
    const [start, end] = [minutesOf(window.start), minutesOf(window.end)];
    if (start < end) return holdsOn(window, day) && start <= minutes && minutes < end;
    return (holdsOn(window, day) && minutes >= start) || (holdsOn(window, (day + 6) % 7) && minutes < end);
  });
}

/** Whether clocks are set about that time: a doubled hour may be quiet although the wall says that it is over, or not begun. */
export function isNearSwitch(zone: string, ms: number): boolean {
  const offsets = [-4, -2, 0, 2, 4].map((hours) => wall(zone, ms + hours * HOUR_MS).offset);
  return new Set(offsets).size > 1;
}

/** Whether a user wants to hear of a category, and the app lets the user decide. */
export function isWanted(
  { defaults, categories }: PolicyDocument,
  { choices }: Pick<UserPreferences, 'choices'>,
  category: string | undefined,
): boolean {
  const own = category === undefined ? undefined : categories[category];
  if (own?.mandatory === true) return true;
  const said = (category === undefined ? undefined : choices[category]) ?? choices['*'];
  return (said ?? own?.consent ?? defaults.consent) === 'in';
}

/** Whether, among these moments, some window of the length has more than so many. */
export function exceeds(moments: readonly number[], max: number, perSeconds: number): boolean {
  const sorted = moments.toSorted((one, other) => one - other);
  return sorted.some((moment, index) => index >= max && moment - sorted[index - max]! < perSeconds * 1_000);
}
