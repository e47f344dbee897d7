import type { DemoClass } from './demo-class.js';
import { ORDINARY, SPECIAL, type SpecialClass } from './demo-classes.js';

export interface PlannedClass {
  readonly of: DemoClass;
  /** Notifications; at least 1. */
  readonly count: number;
}

/** How many notifications each class gets, and which classes a run of this size has no room for. */
export interface ClassPlan {
  readonly classes: readonly PlannedClass[];
  readonly leftOut: readonly DemoClass[];
}

/** Of what the special classes leave; the rest goes to Android phones. */
const SHARE_OF_IPHONES = 0.6;

/** @param count notifications in all, at least 2: the plan adds up to it exactly. */
export function planClasses(count: number): ClassPlan {
  let room = count - ORDINARY.length;
  const special = SPECIAL.map((each) => {
    const taken = Math.min(wanted(each, count), room);
    room -= taken;
    return { of: each, count: taken };
  });
  const [iphones, androids] = ORDINARY;
  const ordinary = room + ORDINARY.length;
  const toIphones = Math.round(ordinary * SHARE_OF_IPHONES);
  const classes = [{ of: iphones, count: toIphones }, { of: androids, count: ordinary - toIphones }, ...special];
  return {
    classes: classes.filter((each) => each.count > 0),
    leftOut: special.filter((each) => each.count === 0).map((each) => each.of),
  };
}

/** One at least, so that small runs show everything, too. */
function wanted({ perThousand, most }: SpecialClass, count: number): number {
  return Math.min(most, Math.max(1, Math.round((count * perThousand) / 1_000)));
}
