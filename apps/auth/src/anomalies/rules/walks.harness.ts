import type { Sighting } from './two-networks.js';

/** Milliseconds. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How long an access token lives, and how long before its end a client fetches the next one. */
const TOKEN_LIFE = 5 * MINUTE;
const LEEWAY = 30 * SECOND;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A network that a phone is in, with what the server sees of it: one prefix, or several that it changes between. */
export interface Place {
  readonly prefixes: readonly string[];
  readonly country: string | undefined;
  /** Mean time until the phone leaves it, in milliseconds. */
  readonly stay: number;
}

const wifi = (prefix: string, country: string, minutes: number): Place => ({
  // Both versions, as most homes have: the phone takes whichever answers first.
  prefixes: [`${prefix}.0/24`, `2001:db8:${prefix.replaceAll('.', '')}::/48`],
  country,
  stay: minutes * MINUTE,
});
/** A carrier whose exit changes: several prefixes, each for a while. */
const mobile = (country: string, minutes: number): Place => ({
  prefixes: ['198.51.100.0/24', '198.51.101.0/24', '2001:db8:aaaa::/48'],
  country,
  stay: minutes * MINUTE,
});

export interface Phone {
  readonly places: readonly Place[];
  /** Mean time between two uses, and how long one lasts. */
  readonly restsFor: number;
  readonly usedFor: number;
  /** Whether it forgets its access token when it is closed, and so refreshes at each start. */
  readonly isForgetful: boolean;
  /** Share of answers that are lost when the network changes or just so: the refresh is tried again within seconds. */
  readonly lossAtChange: number;
  readonly loss: number;
}

const ORDINARY = { restsFor: 20 * MINUTE, usedFor: 6 * MINUTE, isForgetful: false, lossAtChange: 0.5, loss: 0.02 };
const home = wifi('203.0.113', 'DE', 180);
const office = wifi('192.0.2', 'DE', 240);

/** Phones that do nothing wrong, from the most ordinary to the most restless. */
export const HONEST_PHONES: Readonly<Record<string, Phone>> = {
  commuter: { ...ORDINARY, places: [home, mobile('DE', 40), office, mobile('DE', 40)] },
  'at the edge of its Wi-Fi': { ...ORDINARY, places: [{ ...home, stay: 3 * MINUTE }, mobile('DE', 3)] },
  'at the edge, with an app that forgets': {
    ...ORDINARY,
    isForgetful: true,
    restsFor: 5 * MINUTE,
    usedFor: MINUTE,
    places: [{ ...home, stay: 3 * MINUTE }, mobile('DE', 3)],
  },
  'in a train': { ...ORDINARY, loss: 0.15, places: [mobile('DE', 4), wifi('203.0.112', 'DE', 6)] },
  'all day in use': { ...ORDINARY, restsFor: MINUTE, usedFor: HOUR, places: [home, mobile('DE', 20), office] },
  // Data goes home through the carrier, the hotel is where it is.
  'abroad, between hotel and carrier': { ...ORDINARY, places: [wifi('192.0.3', 'ES', 40), mobile('DE', 20)] },
  'abroad, with an app that forgets': {
    ...ORDINARY,
    isForgetful: true,
    restsFor: 5 * MINUTE,
    usedFor: MINUTE,
    places: [wifi('192.0.3', 'ES', 40), mobile('DE', 20)],
  },
  'with a VPN, now on, now off': { ...ORDINARY, places: [{ ...home, stay: 25 * MINUTE }, wifi('192.0.4', 'NL', 25)] },
};

/** From where a phone's session is refreshed over some time. */
export function walk(phone: Phone, random: () => number, duration: number): Sighting[] {
  const sightings: Sighting[] = [];
  const lasting = (mean: number): number => -Math.log(1 - random()) * mean;
  let place = Math.floor(random() * phone.places.length);
  let prefix = 0;
  let leavesAt = lasting(phone.places[place]!.stay);
  /** @returns whether it is in another network than before. */
  const moveUntil = (time: number): boolean => {
    const before = leavesAt;
    while (leavesAt <= time) {
      place = (place + 1) % phone.places.length;
      leavesAt += lasting(phone.places[place]!.stay);
    }
    return leavesAt !== before;
  };
  /** @returns the share of answers that are lost just then. */
  const see = (time: number): number => {
    const loss = moveUntil(time) ? phone.lossAtChange : phone.loss;
    const { prefixes, country } = phone.places[place]!;
    if (random() < 0.2) prefix = Math.floor(random() * prefixes.length);
    const p = prefixes[prefix % prefixes.length]!;
    sightings.push({ p, ...(country !== undefined && { c: country }), t: Math.round(time) });
    return loss;
  };
  let tokenUntil = -1;
  for (let time = lasting(phone.restsFor); time < duration; time += lasting(phone.restsFor)) {
    if (phone.isForgetful) tokenUntil = -1;
    const until = Math.min(duration, time + lasting(phone.usedFor));
    while (time < until) {
      if (time >= tokenUntil - LEEWAY) {
        const loss = see(time);
        while (random() < loss && time < until) {
          time += SECOND + lasting(10 * SECOND);
          see(time);
        }
        tokenUntil = time + TOKEN_LIFE;
      }
      time = Math.max(time + SECOND, tokenUntil - LEEWAY);
    }
  }
  return sightings;
}

/** Somebody with a copy, who refreshes like any client: each time that the token ends. */
export function thief(random: () => number, duration: number, place: Place, after: number): Sighting[] {
  const sightings: Sighting[] = [];
  for (
    let time = after + random() * TOKEN_LIFE;
    time < duration;
    time += TOKEN_LIFE - LEEWAY + random() * 10 * SECOND
  ) {
    const { prefixes, country } = place;
    sightings.push({ p: prefixes[0]!, ...(country !== undefined && { c: country }), t: Math.round(time) });
  }
  return sightings;
}
