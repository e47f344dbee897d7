import { Controller, Delete, Get, Headers, Put } from '@nestjs/common';
import {
  deviceParams,
  devicePage,
  deviceRegistration,
  type DeviceRegistration,
  deviceView,
  type DeviceView,
  type Page,
  userDevicesQuery,
  userParams,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  Caller,
  CallerApp,
  Endpoint,
  type Principal,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { DeviceRegistry } from './device-registry.js';
import { RegistrationRights } from './registration-rights.js';

const USER_TOKEN = 'signalbox-user-token';

@Controller('/v1')
export class DevicesController {
  constructor(
    private readonly devices: DeviceRegistry,
    private readonly rights: RegistrationRights,
  ) {}

  @Put('/devices/:installationId')
  @Endpoint({
    allow: allow.anyScope('devices:write', 'devices:register-own'),
    summary: 'Register a device, or bring its registration up to date',
    tags: ['devices'],
    params: deviceParams,
    body: deviceRegistration,
    headers: {
      'Signalbox-User-Token': {
        description:
          'With a publishable key and a userId: an HS256 JWT by your backend, sub = userId, exp at most 24 h ahead',
      },
    },
    responses: {
      200: { description: 'Known before; now as sent', schema: deviceView },
      201: { description: 'Registered for the first time', schema: deviceView },
      403: { description: 'The userId is not proven' },
    },
  })
  async register(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
    @ValidBody() body: DeviceRegistration,
    @Headers(USER_TOKEN) userToken: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DeviceView> {
    await this.rights.check(caller, body.userId, userToken);
    const { created, device } = await this.devices.register(appId, installationId, body);
    reply.code(created ? 201 : 200);
    return device;
  }

  @Delete('/devices/:installationId')
  @Endpoint({
    // An installation id is made on the phone and known to it and the backend alone: whoever has it may sign it off.
    allow: allow.anyScope('devices:write', 'devices:register-own'),
    summary: 'Remove a device; it can be registered again',
    tags: ['devices'],
    params: deviceParams,
    responses: { 204: { description: 'Removed, now or before' }, 404: { description: 'No such device' } },
  })
  async remove(
    @CallerApp() appId: Uuid,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
  ): Promise<void> {
    if (!(await this.devices.remove(appId, installationId))) {
      throw problems.notFound('No device was ever registered under this installation id.');
    }
  }

  @Get('/users/:userId/devices')
  @Endpoint({
    allow: allow.scope('devices:read'),
    summary: "List a user's active devices",
    tags: ['devices'],
    params: userParams,
    query: userDevicesQuery,
    responses: { 200: { description: 'One page of devices; empty for a user without any', schema: devicePage } },
  })
  ofUser(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: z.output<typeof userParams>,
    @ValidQuery() { after, limit }: z.output<typeof userDevicesQuery>,
  ): Promise<Page<DeviceView>> {
    return this.devices.ofUser(appId, userId, after, limit);
  }
}
