import { Controller, Get } from '@nestjs/common';
import { type Uuid, webPushPublicKey, type WebPushPublicKey } from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, problems } from '@signalbox/http';
import { PublicKeys } from './public-keys.js';

/** What a page needs before its browser can subscribe. */
@Controller('/v1/webpush')
export class WebPushController {
  constructor(private readonly keys: PublicKeys) {}

  @Get('/public-key')
  @Endpoint({
    allow: allow.userOrScope('devices:register-own', 'devices:register-own', 'devices:read'),
    summary: 'The key that pages of the app subscribe with (applicationServerKey)',
    tags: ['web push'],
    fromBrowsers: true,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The key; it changes only with the credential', schema: webPushPublicKey },
      404: { description: 'The app has no Web Push credential' },
    },
  })
  async publicKey(@CallerApp() appId: Uuid): Promise<WebPushPublicKey> {
    const key = await this.keys.of(appId);
    if (key === undefined)
      throw problems.notFound(
        'This app has no Web Push credential: put one with PUT /v1/apps/{id}/credentials/webpush of the auth service.',
      );
    return key;
  }
}
