import { checkAvailability } from './availability.ts';
import type { Finding } from './finding.ts';
import { checkMonitoring } from './monitoring.ts';
import { checkNetwork } from './network.ts';
import { checkPodLife } from './pod-life.ts';
import { checkPodSecurity } from './pod-security.ts';
import { checkReferences } from './references.ts';
import type { Resource } from './resource.ts';
import { checkScaling } from './scaling.ts';
import { checkSchema } from './schema.ts';
import { checkSettings } from './settings.ts';

const CHECKS = [
  ...[checkSchema, checkPodSecurity, checkPodLife, checkAvailability, checkScaling],
  ...[checkNetwork, checkReferences, checkSettings, checkMonitoring],
];

/** Everything that is wrong with a rendered overlay. */
export function check(resources: readonly Resource[]): Finding[] {
  return CHECKS.flatMap((each) => each(resources));
}
