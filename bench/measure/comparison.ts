import { type Spread, spreadOf } from './spread.ts';

/** What one side did in one round. */
export interface Figures {
  readonly perSecond: number;
  /** Milliseconds, of one unit of the work; absent where units have no time of their own. */
  readonly p50?: number;
  readonly p99?: number;
  /** Processor time of one unit of the work, in microseconds, by who spent it. */
  readonly cpu?: Readonly<Record<string, number>>;
}

/** One of those that are compared. */
export interface Side {
  readonly name: string;
  /** Does the work once. Throws when any of it fails: half of it is no measurement. */
  measure(): Promise<Figures>;
}

/** What is promised of `side` beside `against`: so many times its rate. */
export interface Claim {
  readonly side: string;
  readonly against: string;
  /** Below it the promise is broken; absent: it is shown, not promised. */
  readonly floor?: number;
  readonly aim?: number;
}

export interface ComparisonPlan {
  readonly name: string;
  /** What is counted: `notifications`. */
  readonly unit: string;
  /** What is done, and how load is made: open or closed loop. */
  readonly about: string;
  readonly rounds: number;
  readonly sides: readonly Side[];
  /** The side that is measured twice in each round: what it is over itself is the noise of this run. */
  readonly noiseOf: string;
  readonly claims: readonly Claim[];
}

export interface SideFigures {
  readonly name: string;
  readonly perSecond: Spread;
  readonly p50?: Spread;
  readonly p99?: Spread;
  readonly cpu: Readonly<Record<string, Spread>>;
}

export interface Comparison extends Pick<ComparisonPlan, 'name' | 'unit' | 'about' | 'rounds'> {
  readonly sides: readonly SideFigures[];
  readonly ratios: readonly (Claim & { readonly ratio: Spread })[];
  readonly noise: { readonly side: string; readonly ratio: Spread };
}

/**
 * Measures the sides in turn, round by round, in one run: each once a round, in every place as often as in any other, so that a
 * machine that grows slower or quicker meanwhile is so for all. A ratio is taken inside of its round.
 *
 * @param onRound hears that one is done.
 */
export async function compare(plan: ComparisonPlan, onRound: (round: number) => void): Promise<Comparison> {
  const { sides, rounds, noiseOf, claims } = plan;
  const again = `${noiseOf}, again`;
  const noisy = sides.find(({ name }) => name === noiseOf)!;
  const all = [...sides, { name: again, measure: () => noisy.measure() }];
  // Compilers take their time, and connections are made.
  for (const side of sides) await side.measure();
  const figures = new Map<string, Figures[]>(all.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const side of inTurn(all, round)) figures.get(side.name)!.push(await side.measure());
    onRound(round + 1);
  }
  const ratioOf = (side: string, against: string): Spread =>
    spreadOf(figures.get(side)!.map(({ perSecond }, round) => perSecond / figures.get(against)![round]!.perSecond));
  return {
    ...{ name: plan.name, unit: plan.unit, about: plan.about, rounds },
    sides: sides.map(({ name }) => summaryOf(name, figures.get(name)!)),
    ratios: claims.map((claim) => ({ ...claim, ratio: ratioOf(claim.side, claim.against) })),
    noise: { side: noiseOf, ratio: ratioOf(again, noiseOf) },
  };
}

/** A place further on in each round, and backwards in every second one: A B C, C A B backwards, and so on. */
function inTurn<Item>(items: readonly Item[], round: number): Item[] {
  const first = round % items.length;
  const turned = [...items.slice(first), ...items.slice(0, first)];
  return round % 2 === 0 ? turned : turned.reverse();
}

function summaryOf(name: string, figures: readonly Figures[]): SideFigures {
  const [p50, p99] = (['p50', 'p99'] as const).map((figure) => figures.map((of) => of[figure] ?? Number.NaN));
  const who = Object.keys(figures[0]!.cpu ?? {});
  return {
    name,
    perSecond: spreadOf(figures.map(({ perSecond }) => perSecond)),
    ...(figures[0]!.p50 !== undefined && { p50: spreadOf(p50!) }),
    ...(figures[0]!.p99 !== undefined && { p99: spreadOf(p99!) }),
    cpu: Object.fromEntries(who.map((each) => [each, spreadOf(figures.map(({ cpu }) => cpu![each]!))])),
  };
}
