import { type DeviceView, formatId, type Uuid } from '@signalbox/contracts';

/** A row of the device table, as the queries of this folder name its columns. */
export interface DeviceRow {
  readonly id: Uuid;
  readonly installationId: string;
  readonly userId: string | null;
  readonly platform: string;
  readonly targetKind: string;
  readonly target: string;
  readonly environment: string;
  readonly bundleId: string | null;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly appVersion: string | null;
  readonly status: string;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
}

const SHOWN_OF_TARGET = 8;

export function view({ targetKind, target, registeredAt, lastSeenAt, id, ...rest }: DeviceRow): DeviceView {
  return {
    id: formatId('device', id),
    ...rest,
    target: { kind: targetKind, endsWith: target.slice(-SHOWN_OF_TARGET) },
    registeredAt: registeredAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}
