import * as externalSecrets from '@kubernetes-models/external-secrets/external-secrets.io/v1';
import * as gateway from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1';
import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1';
import * as prometheus from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { finding, type Finding } from './finding.ts';
import type { Resource } from './resource.ts';
import { watch } from './watched-fields.ts';

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  new (data: never): { validate(): void };
}

/** The kinds that we use, each with the schema of its own project. Another kind is an unknown one until it is added here. */
const MODELS: readonly Model[] = [
  ...[Deployment, StatefulSet, HorizontalPodAutoscaler, Job, NetworkPolicy, PodDisruptionBudget],
  ...[ConfigMap, Namespace, Service],
  ...[keda.ScaledObject, keda.TriggerAuthentication, gateway.HTTPRoute],
  ...[prometheus.ServiceMonitor, prometheus.PrometheusRule, externalSecrets.ExternalSecret],
];

/** That each resource has the fields that its kind has, of the type that they have, and no others. */
export function checkSchema(resources: readonly Resource[]): Finding[] {
  return resources.flatMap((resource) => {
    const { apiVersion, kind } = resource;
    const Kind = MODELS.find((each) => each.apiVersion === apiVersion && each.kind === kind);
    if (Kind === undefined)
      return [finding('wrong-shape', resource, `is a ${apiVersion} ${kind}, whose schema is not known`)];
    const { watched, unasked } = watch(new Kind(resource as never));
    try {
      watched.validate();
    } catch (error) {
      return [finding('wrong-shape', resource, error instanceof Error ? error.message : String(error))];
    }
    return unasked().map((path) => finding('unknown-field', resource, `has ${path}, which its kind does not`));
  });
}
