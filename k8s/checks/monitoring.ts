import { z } from 'zod';
import { servicesOf } from './availability.ts';
import { finding, type Finding } from './finding.ts';
import { type Resource, selector, selects } from './resource.ts';

const monitor = z.looseObject({
  spec: z.looseObject({
    selector,
    jobLabel: z.string().optional(),
    endpoints: z.array(
      z.looseObject({
        relabelings: z.array(z.looseObject({ action: z.string(), regex: z.string().optional() })).default([]),
      }),
    ),
  }),
});
const service = z.looseObject({ spec: z.looseObject({ selector: z.record(z.string(), z.string()).default({}) }) });

/** Where there is a ServiceMonitor: that it sees every process that has figures, as the alerts know them. */
export function checkMonitoring(resources: readonly Resource[]): Finding[] {
  const monitors = resources.filter(({ kind }) => kind === 'ServiceMonitor');
  if (monitors.length === 0) return [];
  const watched = monitors.flatMap((each) => {
    const { spec } = monitor.parse(each);
    return resources
      .filter(({ kind, metadata }) => kind === 'Service' && selects(spec.selector, metadata.labels))
      .filter(({ metadata }) => metadata.labels[spec.jobLabel ?? '']?.startsWith('signalbox') === true)
      .map((found) => ({ matchLabels: service.parse(found).spec.selector, matchExpressions: [] }));
  });
  return [
    ...monitors
      .filter((each) => monitor.parse(each).spec.endpoints.some(({ relabelings }) => !relabelings.some(dropsService)))
      .map((each) =>
        finding('foreign-service-label', each, 'hides the label by which a process says which service it is'),
      ),
    ...servicesOf(resources)
      // The console has no figures of its own.
      .filter(({ app, pod }) => app !== 'console' && !watched.some((each) => selects(each, pod.metadata.labels)))
      .map(({ resource }) =>
        finding('unwatched', resource, 'is scraped by nobody under a job whose name begins with signalbox'),
      ),
  ];
}

function dropsService({ action, regex }: { readonly action: string; readonly regex?: string | undefined }): boolean {
  return action === 'labeldrop' && regex === 'service';
}
