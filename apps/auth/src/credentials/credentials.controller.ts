import { Controller, Get, Put } from '@nestjs/common';
import {
  type ApnsCredential,
  apnsCredential,
  type BraintreeCredential,
  braintreeCredential,
  EndpointNotAllowed,
  type FcmCredential,
  fcmCredential,
  KeyOfOtherMode,
  type StripeCredential,
  stripeCredential,
  type WebPushSettings,
  webPushSettings,
} from '@signalbox/credentials';
import { allow, Caller, Endpoint, type Principal, problems, ValidBody, ValidParams } from '@signalbox/http';
import { z } from 'zod';
import { AppRegistry } from '../apps/app-registry.js';
import { appParams } from '../apps/app.schemas.js';
import { visibleApp } from '../apps/visible-app.js';
import { CredentialVault, type GivenCredential } from './credential-vault.js';
import {
  credentialList,
  type CredentialView,
  credentialView,
  type StoredCredentialView,
  unbuiltProviderParams,
} from './credential.schemas.js';

type AppParams = z.output<typeof appParams>;

const stored = {
  200: { description: 'What was stored, without its secrets', schema: credentialView },
  404: { description: "No such app, or another's" },
};

/** One route per provider, so that each is validated and documented by its own schema. */
@Controller('/v1/apps/:id/credentials')
export class CredentialsController {
  constructor(
    private readonly apps: AppRegistry,
    private readonly vault: CredentialVault,
  ) {}

  @Put('/apns')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Store or rotate the APNs signing key of an app',
    tags: ['credentials'],
    params: appParams,
    body: apnsCredential,
    responses: stored,
  })
  async putApns(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
    @ValidBody() secret: ApnsCredential,
  ): Promise<CredentialView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.store({ appId: app.id, provider: 'apns', secret });
  }

  @Put('/fcm')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Store or rotate the FCM service account of an app',
    tags: ['credentials'],
    params: appParams,
    body: fcmCredential,
    responses: stored,
  })
  async putFcm(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
    @ValidBody() secret: FcmCredential,
  ): Promise<CredentialView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.store({ appId: app.id, provider: 'fcm', secret });
  }

  @Put('/webpush')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Store or rotate the keys (VAPID) that an app sends to browsers with; without keys, they are made or kept',
    tags: ['credentials'],
    params: appParams,
    body: webPushSettings,
    responses: stored,
  })
  async putWebPush(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
    @ValidBody() secret: WebPushSettings,
  ): Promise<CredentialView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.store({ appId: app.id, provider: 'webpush', secret });
  }

  @Put('/stripe')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: "Store or rotate the API keys of an app's Stripe account",
    tags: ['credentials'],
    params: appParams,
    body: stripeCredential,
    responses: stored,
  })
  async putStripe(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
    @ValidBody() secret: StripeCredential,
  ): Promise<CredentialView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.store({ appId: app.id, provider: 'stripe', secret });
  }

  @Put('/braintree')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: "Store or rotate the API keys of an app's Braintree merchant",
    tags: ['credentials'],
    params: appParams,
    body: braintreeCredential,
    responses: stored,
  })
  async putBraintree(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
    @ValidBody() secret: BraintreeCredential,
  ): Promise<CredentialView> {
    const app = await visibleApp(this.apps, caller, id);
    return this.store({ appId: app.id, provider: 'braintree', secret });
  }

  @Put('/:provider')
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: 'Every other provider: not available',
    tags: ['credentials'],
    params: unbuiltProviderParams,
    body: z.unknown(),
    undocumented: true,
    responses: { 422: { description: 'This provider is not available' } },
  })
  putOther(): never {
    throw problems.notAvailable(
      '/provider',
      'This provider is not available; apns, fcm, webpush, stripe and braintree are.',
    );
  }

  @Get()
  @Endpoint({
    allow: allow.operatorOrScope('credentials:write'),
    summary: "List an app's credentials (summaries only)",
    tags: ['credentials'],
    params: appParams,
    responses: {
      200: { description: 'The credentials', schema: credentialList },
      404: { description: "No such app, or another's" },
    },
  })
  async list(
    @Caller() caller: Principal,
    @ValidParams() { id }: AppParams,
  ): Promise<{ items: StoredCredentialView[] }> {
    return this.vault.list((await visibleApp(this.apps, caller, id)).id);
  }

  private async store(credential: GivenCredential): Promise<CredentialView> {
    try {
      return await this.vault.put(credential);
    } catch (error) {
      if (error instanceof KeyOfOtherMode) {
        const [pointer, what] =
          credential.provider === 'braintree' ? ['/environment', 'environment'] : ['/secretKey', 'key'];
        throw problems.invalid([{ pointer, reason: `is a ${error.mode} ${what}; this app is of the other mode` }]);
      }
      if (!(error instanceof EndpointNotAllowed)) throw error;
      throw problems.invalid([{ pointer: '/endpoint', reason: 'is only allowed for apps in mode test' }]);
    }
  }
}
