import { Controller, Get } from '@nestjs/common';
import {
  ledgerBalances,
  ledgerPage,
  ledgerQuery,
  type LedgerBalances,
  type LedgerQuery,
  type LedgerTransactionView,
  type Page,
  type Uuid,
} from '@signalbox/contracts';
import { allow, CallerApp, Endpoint, ValidQuery } from '@signalbox/http';
import { Ledger } from './ledger.js';

const READ = allow.scope('payments:read');
const TAGS = ['ledger'];

@Controller('/v1/ledger')
export class LedgerController {
  constructor(private readonly ledger: Ledger) {}

  @Get('/transactions')
  @Endpoint({
    allow: READ,
    summary: 'Every movement of money, newest first, in double entry',
    tags: TAGS,
    query: ledgerQuery,
    responses: { 200: { description: 'One page', schema: ledgerPage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: LedgerQuery): Promise<Page<LedgerTransactionView>> {
    return this.ledger.list(appId, query);
  }

  @Get('/balances')
  @Endpoint({
    allow: READ,
    summary: 'What stands on each account, by currency',
    tags: TAGS,
    responses: { 200: { description: 'The balances', schema: ledgerBalances } },
  })
  balances(@CallerApp() appId: Uuid): Promise<LedgerBalances> {
    return this.ledger.balances(appId);
  }
}
