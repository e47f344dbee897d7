import { Controller, Get, Headers, Put } from '@nestjs/common';
import {
  preferencesView,
  type PreferencesView,
  userParams,
  userPreferences,
  type UserPreferences,
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
  ValidBody,
  ValidParams,
} from '@signalbox/http';
import type { z } from 'zod';
import { RegistrationRights } from '../devices/registration-rights.js';
import { Preferences } from './preferences.js';

const USER_TOKEN = 'signalbox-user-token';
const USER_TOKEN_HEADER = {
  'Signalbox-User-Token': {
    description: 'With a publishable key: an HS256 JWT by your backend, sub = the user, exp at most 24 h ahead',
  },
};
/** A user with an access token, or a phone with a publishable key and a token of its user. */
const OWN = allow.userOrScope('devices:register-own', 'devices:register-own');
const FOUND = { description: 'What the user said so far', schema: preferencesView };
const SAID = { description: 'In force for everything that is routed from now on', schema: preferencesView };
const MANDATORY = { description: 'Invalid, or an opt-out of a category that is mandatory' };

/** What users want to hear of, and when they want to be left alone. */
@Controller('/v1')
export class PreferencesController {
  constructor(
    private readonly preferences: Preferences,
    private readonly rights: RegistrationRights,
  ) {}

  @Get('/users/:userId/preferences')
  @Endpoint({
    allow: allow.scope('devices:read'),
    summary: "A user's opt-ins and opt-outs, quiet hours, time zone and language",
    tags: ['preferences'],
    params: userParams,
    responses: { 200: FOUND },
  })
  get(@CallerApp() appId: Uuid, @ValidParams() { userId }: z.output<typeof userParams>): Promise<PreferencesView> {
    return this.preferences.of(appId, userId);
  }

  @Put('/users/:userId/preferences')
  @Endpoint({
    allow: allow.scope('devices:write'),
    summary: "Replace a user's preferences; what is left out is unsaid",
    tags: ['preferences'],
    params: userParams,
    body: userPreferences,
    responses: { 200: SAID, 422: MANDATORY },
  })
  put(
    @CallerApp() appId: Uuid,
    @ValidParams() { userId }: z.output<typeof userParams>,
    @ValidBody() wanted: UserPreferences,
  ): Promise<PreferencesView> {
    return this.preferences.put(appId, userId, wanted, 'app');
  }

  @Get('/me/preferences')
  @Endpoint({
    allow: OWN,
    summary: 'What the calling user said',
    tags: ['preferences'],
    fromBrowsers: true,
    headers: USER_TOKEN_HEADER,
    responses: { 200: FOUND, 403: { description: 'The user is not proven' } },
  })
  async mine(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @Headers(USER_TOKEN) userToken: string | undefined,
    @AskedFor() request: AuthenticatedRequest,
  ): Promise<PreferencesView> {
    return this.preferences.of(appId, await this.rights.userOf(caller, userToken, request));
  }

  @Put('/me/preferences')
  @Endpoint({
    allow: OWN,
    summary: "Replace the calling user's preferences; what is left out is unsaid",
    tags: ['preferences'],
    fromBrowsers: true,
    body: userPreferences,
    headers: USER_TOKEN_HEADER,
    responses: { 200: SAID, 403: { description: 'The user is not proven' }, 422: MANDATORY },
  })
  async putMine(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidBody() wanted: UserPreferences,
    @Headers(USER_TOKEN) userToken: string | undefined,
    @AskedFor() request: AuthenticatedRequest,
  ): Promise<PreferencesView> {
    const userId = await this.rights.userOf(caller, userToken, request);
    return this.preferences.put(appId, userId, wanted, 'user');
  }
}
