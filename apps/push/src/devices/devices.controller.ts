import { Controller, Delete, Get, Headers, Put } from '@nestjs/common';
import {
  deviceParams,
  devicePage,
  deviceRegistration,
  type DeviceRegistration,
  deviceView,
  type DeviceView,
  type Page,
  type UserDevicesQuery,
  userDevicesQuery,
  userParams,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  AskedFor,
  type AuthenticatedRequest,
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
import { refuseEndpoint } from './refuse-endpoint.js';
import { RegistrationRights, sessionEnded } from './registration-rights.js';

const USER_TOKEN = 'signalbox-user-token';
const NO_SUCH_DEVICE = { description: 'No device was ever registered under this installation id' };

@Controller('/v1')
export class DevicesController {
  constructor(
    private readonly devices: DeviceRegistry,
    private readonly rights: RegistrationRights,
  ) {}

  @Put('/devices/:installationId')
  @Endpoint({
    allow: allow.userOrScope('devices:register-own', 'devices:write', 'devices:register-own'),
    summary: 'Register a device, or bring its registration up to date',
    tags: ['devices'],
    params: deviceParams,
    body: deviceRegistration,
    fromBrowsers: true,
    headers: {
      'Signalbox-User-Token': {
        description:
          "With a publishable key and a userId: an HS256 JWT by your backend, sub = userId, exp at most 24 h ahead; or the user's access token",
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
    @AskedFor() request: AuthenticatedRequest,
    @ReplyHead() reply: ReplyHead,
  ): Promise<DeviceView> {
    const owner = await this.rights.check(caller, body.userId, userToken, request);
    refuseEndpoint(body.target, caller);
    const registered = await this.devices.register(appId, installationId, body, owner);
    if (registered.outcome === 'session_ended') throw sessionEnded(caller, request);
    reply.code(registered.created ? 201 : 200);
    return registered.device;
  }

  @Get('/devices/:installationId')
  @Endpoint({
    allow: allow.scope('devices:read'),
    summary: 'A device in any status, with the reason and what helps',
    tags: ['devices'],
    params: deviceParams,
    responses: { 200: { description: 'The device', schema: deviceView }, 404: NO_SUCH_DEVICE },
  })
  async get(
    @CallerApp() appId: Uuid,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
  ): Promise<DeviceView> {
    const device = await this.devices.find(appId, installationId);
    if (device === undefined) throw noSuchDevice();
    return device;
  }

  @Delete('/devices/:installationId')
  @Endpoint({
    // An installation id is made on the phone and known to it and the backend alone: whoever has it may sign it off.
    allow: allow.userOrScope('devices:register-own', 'devices:write', 'devices:register-own'),
    summary: 'Remove a device; it can be registered again',
    tags: ['devices'],
    fromBrowsers: true,
    params: deviceParams,
    responses: { 204: { description: 'Removed, now or before' }, 404: NO_SUCH_DEVICE },
  })
  async remove(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
  ): Promise<void> {
    if (caller.kind === 'user') {
      const device = await this.devices.find(appId, installationId);
      if (device?.userId !== caller.userId) throw noSuchDevice();
    }
    if (!(await this.devices.remove(appId, installationId))) throw noSuchDevice();
  }

  @Get('/users/:userId/devices')
  @Endpoint({
    allow: allow.scope('devices:read'),
    summary: "List a user's devices: the active ones unless told otherwise",
    tags: ['devices'],
    params: userParams,
    query: userDevicesQuery,
    responses: { 200: { description: 'One page of devices; empty for a user without any', schema: devicePage } },
  })
  ofUser(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: z.output<typeof userParams>,
    @ValidQuery() query: UserDevicesQuery,
  ): Promise<Page<DeviceView>> {
    return this.devices.ofUser(appId, userId, query);
  }
}

/** 404, the same for a device of another app. */
function noSuchDevice() {
  return problems.notFound(`${NO_SUCH_DEVICE.description}.`);
}
