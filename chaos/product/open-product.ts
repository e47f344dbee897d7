import type { Plan } from '../schedule/plan.ts';
import type { System } from '../system/system.ts';
import { openBullmq } from './bullmq.ts';
import type { Product } from './product.ts';
import { openSignalbox } from './signalbox.ts';

/** Sets up whom the run is about, on a system that runs. */
export function openProduct(system: System, { apps = 1 }: Plan): Promise<Product> {
  return system.options.product === 'signalbox' ? openSignalbox(system, apps) : openBullmq(system);
}
