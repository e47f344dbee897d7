/** What is told of a route that will be gone. */
export interface Deprecation {
  /** From when on nobody should call it any more, which may lie ahead. RFC 3339. */
  readonly since: string;
  /** From then on it answers 410. RFC 3339, and not before `since`. */
  readonly sunset: string;
  /** The path of what to call in its place, with the same parameters: `/v2/devices/:installationId`. */
  readonly successor?: string;
  /** The address of a page that says how to change over. */
  readonly guide?: string;
}

/** The service does not start: a route would end before it is deprecated, or at no time at all. */
export class UnusableDeprecation extends Error {
  override readonly name = 'UnusableDeprecation';
}

/** The times of a deprecation, in milliseconds since 1970. */
export interface Times {
  readonly since: number;
  readonly sunset: number;
}

/** @throws UnusableDeprecation naming the route. */
export function timesOf(route: string, deprecation: Deprecation): Times {
  const [since, sunset] = [Date.parse(deprecation.since), Date.parse(deprecation.sunset)];
  if (since <= sunset) return { since, sunset };
  throw new UnusableDeprecation(
    `${route}: deprecated since "${deprecation.since}" with its sunset at "${deprecation.sunset}"; both are RFC 3339, and the sunset comes last`,
  );
}
