import { Controller, Post } from '@nestjs/common';
import {
  setupSheet,
  setupSheetRequest,
  type SetupSheet,
  type SetupSheetRequest,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, IdempotencyKey, ValidBody } from '@signalbox/http';
import { ACCOUNT_PROBLEMS } from '../accounts/account-routes.js';
import { SetupSheets } from './setup-sheets.js';

@Controller('/v1/setup-sheets')
export class SetupSheetsController {
  constructor(private readonly sheets: SetupSheets) {}

  @Post()
  @Endpoint({
    allow: allow.scope('payments:write'),
    summary: "All that the gateway's sheet on a phone needs to keep a payment method, without a charge",
    tags: ['payment sheets'],
    body: setupSheetRequest,
    headers: { 'Idempotency-Key': { description: 'The same key with the same request shows the same set-up.' } },
    responses: { 201: { description: 'The sheet', schema: setupSheet }, ...ACCOUNT_PROBLEMS },
  })
  show(
    @CallerApp() appId: Uuid,
    @ValidBody() request: SetupSheetRequest,
    @IdempotencyKey() key: string | undefined,
  ): Promise<SetupSheet> {
    return this.sheets.show(appId, request, key);
  }
}
