import { Controller, Get, Put } from '@nestjs/common';
import {
  paymentSettings,
  paymentSettingsView,
  type PaymentSettings,
  type PaymentSettingsView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, problems, ValidBody } from '@signalbox/http';
import { Settings } from './settings.js';

const TAGS = ['payment settings'];

@Controller('/v1/payment-settings')
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Get()
  @Endpoint({
    allow: allow.scope('payments:read'),
    summary: 'What the sheets of the app show, and which gateway takes its payments',
    tags: TAGS,
    cache: cached.revalidated,
    responses: {
      200: { description: 'The settings', schema: paymentSettingsView },
      404: { description: 'The app has none yet' },
    },
  })
  async get(@CallerApp() appId: Uuid): Promise<PaymentSettingsView> {
    const settings = await this.settings.of(appId);
    if (settings === undefined) throw problems.notFound('The app has no payment settings yet: PUT them here.');
    return settings;
  }

  @Put()
  @Endpoint({
    allow: allow.scope('payments:write'),
    summary: 'Set what the sheets of the app show, and which gateway takes its payments',
    tags: TAGS,
    body: paymentSettings,
    responses: { 200: { description: 'The settings', schema: paymentSettingsView } },
  })
  put(@CallerApp() appId: Uuid, @ValidBody() settings: PaymentSettings): Promise<PaymentSettingsView> {
    return this.settings.keep(appId, settings);
  }
}
