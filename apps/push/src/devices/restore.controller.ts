import { Controller, HttpCode, Post } from '@nestjs/common';
import {
  deviceParams,
  type DeviceView,
  deviceView,
  type RestoreAnswer,
  restoreAnswer,
  restoreOneQuery,
  type RestoreRequest,
  restoreRequest,
  type Uuid,
} from '@signalbox/contracts';
import { allow, Caller, Endpoint, type Principal, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { appMeant, UNKNOWN_APP } from '../callers-apps.js';
import { RestoreDevices } from './restore-devices.js';

const UNDO = allow.operatorOrScope('devices:write');

/** Undoing what providers' answers did to devices. */
@Controller('/v1/devices')
export class RestoreController {
  constructor(private readonly devices: RestoreDevices) {}

  @Post('/restore')
  @HttpCode(200)
  @Endpoint({
    allow: UNDO,
    summary: "Put back devices that a provider's answers ended in a time, for the day on which the provider was wrong",
    tags: ['devices'],
    body: restoreRequest,
    responses: {
      200: { description: 'How many; may be asked again until none is left', schema: restoreAnswer },
      404: UNKNOWN_APP,
    },
  })
  many(@Caller() caller: Principal, @ValidBody() request: RestoreRequest): Promise<RestoreAnswer> {
    return this.devices.many(oneApp(caller, request.appId), request);
  }

  @Post('/:installationId/restore')
  @HttpCode(200)
  @Endpoint({
    allow: UNDO,
    summary: "Put back a device that a provider's answer ended",
    tags: ['devices'],
    params: deviceParams,
    query: restoreOneQuery,
    responses: {
      200: { description: 'Active, now or before', schema: deviceView },
      404: { description: 'No such device' },
      409: { description: 'A caller removed it, or its target has moved to another installation' },
    },
  })
  async one(
    @Caller() caller: Principal,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
    @ValidQuery() { appId }: z.output<typeof restoreOneQuery>,
  ): Promise<DeviceView> {
    const restoration = await this.devices.one(oneApp(caller, appId), installationId);
    switch (restoration.outcome) {
      case 'active':
        return restoration.device;
      case 'unknown':
        throw problems.notFound('No device was ever registered under this installation id.');
      case 'removed-by-caller':
        throw problems.conflict(
          'removed_by_caller',
          `It was removed by request, not by a provider's answer. Register it again: PUT /v1/devices/${installationId}.`,
        );
      case 'moved': {
        const where = restoration.to === undefined ? 'another installation' : `the installation ${restoration.to}`;
        throw problems.conflict(
          'target_moved',
          `Its target has been registered by ${where} since, which gets its notifications. Register it again with the target that the phone has now.`,
        );
      }
    }
  }
}

/** Every restoration is inside one app: which, the operator has to say. */
function oneApp(caller: Principal, named: string | undefined): Uuid {
  const app = appMeant(caller, named);
  if (app === null) throw problems.invalid([{ pointer: '/appId', reason: 'the operator must name the app: app_...' }]);
  return app;
}
