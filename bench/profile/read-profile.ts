import { readFileSync } from 'node:fs';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

export interface Spent {
  readonly busyMs: number;
  /** By package or library, by function alone, by function with what it called; milliseconds, the most first. */
  readonly places: readonly (readonly [string, number])[];
  readonly self: readonly (readonly [string, number])[];
  readonly total: readonly (readonly [string, number])[];
}

/** Sums up the last `lastMs` of a .cpuprofile: what came before was the start, and compilers. */
export function readProfile(file: string, lastMs: number): Spent {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, nameOfFrame(callFrame)]));
  const parentOf = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const [places, self, total] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const add = (sums: Map<string, number>, name: string, ms: number) => sums.set(name, (sums.get(name) ?? 0) + ms);
  let left = timeDeltas.reduce((sum, each) => sum + each, 0) / 1_000;
  let busyMs = 0;
  samples.forEach((id, index) => {
    const ms = timeDeltas[index]! / 1_000;
    left -= ms;
    const name = nameOf.get(id)!;
    if (left > lastMs || name.startsWith('(idle)')) return;
    busyMs += ms;
    add(self, name, ms);
    add(places, placeOf(name), ms);
    const seen = new Set<string>();
    for (let node: number | undefined = id; node !== undefined; node = parentOf.get(node)) seen.add(nameOf.get(node)!);
    for (const each of seen) add(total, each, ms);
  });
  const sorted = (sums: Map<string, number>) => [...sums].sort(([, one], [, other]) => other - one);
  return { busyMs, places: sorted(places), self: sorted(self), total: sorted(total) };
}

function nameOfFrame({ functionName, url }: { readonly functionName: string; readonly url: string }): string {
  const place = url.replace(/^.*node_modules\//, '').replace(/^.*\/((?:apps|libs)\/)/, '$1');
  return `${functionName || '(anonymous)'} ${place}`.trim();
}

/** `apps/push`, `libs/http`, the package, `node:net`; native functions have none and stand for themselves. */
function placeOf(name: string): string {
  const place = name.split(' ').slice(1).join(' ');
  const own = /^(?:apps|libs)\/[^/]+/.exec(place)?.[0];
  return own ?? (place.startsWith('node:') ? place : /^(?:@[^/]+\/)?[^/]+/.exec(place)?.[0]) ?? name;
}
