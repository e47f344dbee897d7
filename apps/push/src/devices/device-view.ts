import { type DeviceView, formatId, type Uuid } from '@signalbox/contracts';
import { type DeviceStanding, standingHint } from './device-hint.js';

/** A row of the device table, as the queries of this folder name its columns. */
export interface DeviceRow extends DeviceStanding {
  readonly id: Uuid;
  readonly installationId: string;
  readonly userId: string | null;
  readonly platform: string;
  readonly target: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly appVersion: string | null;
  readonly status: string;
  readonly statusAt: Date;
  readonly registeredAt: Date;
  readonly lastSeenAt: Date;
}

const SHOWN_OF_TARGET = 8;

export function view(row: DeviceRow): DeviceView {
  const { targetKind, target, registeredAt, lastSeenAt, id, status, statusReason, statusBy, statusAt, ...rest } = row;
  const hint = standingHint(row);
  return {
    id: formatId('device', id),
    ...rest,
    target: { kind: targetKind, endsWith: target.slice(-SHOWN_OF_TARGET) },
    status,
    ...(statusReason === null ? {} : { statusReason }),
    ...(statusBy === null ? {} : { statusBy }),
    statusAt: statusAt.toISOString(),
    ...(hint === undefined ? {} : { hint }),
    registeredAt: registeredAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  };
}
