import { type ApiDocument, type Operation, SERVICES, type Service } from '../api/source/services.ts';

/** A route as its service documents it. */
export interface Route {
  readonly service: Service;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly document: ApiDocument;
}

/** Says 503 of a service that makes no progress at the moment, which on a slow machine is the truth. */
export const READINESS = '/health/ready';

/** Every route of every service. */
export function allRoutes(documents: Readonly<Record<Service, ApiDocument>>): Route[] {
  return SERVICES.flatMap((service) =>
    Object.entries(documents[service].paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...{ service, path, operation, document: documents[service] },
        method: method.toUpperCase(),
      })),
    ),
  );
}

/** `push GET /v1/notifications/{id}` */
export function nameOf({ service, method, path }: Route): string {
  return `${service} ${method} ${path}`;
}
