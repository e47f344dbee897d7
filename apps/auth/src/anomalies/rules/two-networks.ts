import type { Finding } from '../finding.js';

/** A refresh of a session, as far as it says from where. Short names: dozens of them share a row. */
export interface Sighting {
  /** Prefix of the network. */
  readonly p: string;
  /** ISO 3166 country, where it is known. */
  readonly c?: string;
  /** Milliseconds since 1970. */
  readonly t: number;
}

/** How far back sightings count. */
export const TRAIL_MS = 3_600_000;

/**
 * Two refreshes from different networks that are closer together than this are a crossing. It is half the life of an access
 * token: one phone has no reason to refresh so soon, unless it lost the answer on the way from one network to the other or was
 * started anew; two phones that each refresh when their token ends are never farther apart.
 */
export const CROSSING_MS = 150_000;

/** Crossings between the same two countries. A phone on the border of a hotel's Wi-Fi, its carrier at home, makes one or two. */
const CROSSINGS_ABROAD = 3;
/**
 * Crossings to and from one and the same network, with others of its country or of an unknown one. A phone's own others may be many,
 * since a carrier's exits change; a thief's is the one that is there each time.
 */
const CROSSINGS_NEAR = 6;

/**
 * One session that is used from two networks at the same time: somebody has a copy. One network after the other is a phone that
 * moves; what a phone does not do is go to and fro within minutes, again and again, and refresh at each turn.
 *
 * The order of `sightings` does not matter, and all of their times may be shifted.
 */
export function twoNetworks(sightings: readonly Sighting[]): Finding | undefined {
  const sorted = [...sightings].sort((one, other) => one.t - other.t || one.p.localeCompare(other.p));
  const last = sorted.at(-1);
  if (last === undefined) return undefined;
  const recent = sorted.filter(({ t }) => t > last.t - TRAIL_MS);
  const abroad = most(crossings(recent, ({ c }) => c).map((both) => both.sort().join(' ')));
  if (abroad !== undefined && abroad.times >= CROSSINGS_ABROAD) {
    return { code: 'two_networks', facts: { ...factsOf(abroad.times), twoCountries: true } };
  }
  // A phone that has both versions takes whichever answers first, on one and the same network: they are not compared.
  const near = [isV6, (sighting: Sighting) => !isV6(sighting)].map((version) =>
    most(crossings(recent.filter(version), ({ p }) => p).flat()),
  );
  const times = Math.max(...near.map((each) => each?.times ?? 0));
  return times >= CROSSINGS_NEAR
    ? { code: 'two_networks', facts: { ...factsOf(times), twoCountries: false } }
    : undefined;
}

const isV6 = ({ p }: Sighting): boolean => p.includes(':');

const factsOf = (times: number) => ({ crossings: times, withinMinutes: TRAIL_MS / 60_000 });

/** Where each crossing began and ended. */
function crossings(sightings: readonly Sighting[], placeOf: (sighting: Sighting) => string | undefined): string[][] {
  const placed = sightings.flatMap((sighting) => {
    const place = placeOf(sighting);
    return place === undefined ? [] : [{ place, t: sighting.t }];
  });
  return placed.slice(1).flatMap(({ place, t }, index) => {
    const before = placed[index]!;
    return before.place !== place && t - before.t < CROSSING_MS ? [[before.place, place]] : [];
  });
}

function most(names: readonly string[]): { readonly name: string; readonly times: number } | undefined {
  const counts = [...Map.groupBy(names, (name) => name)].map(([name, all]) => ({ name, times: all.length }));
  return counts.sort((one, other) => other.times - one.times || one.name.localeCompare(other.name))[0];
}
