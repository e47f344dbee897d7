import { type DynamicModule, Module } from '@nestjs/common';
import type { TokenAuthenticator } from '@signalbox/access';
import type { Envelope } from '@signalbox/credentials';
import type { Database } from '@signalbox/database';
import type { Flags } from '@signalbox/flags';
import { AudiencesModule } from './audiences/audiences.module.js';
import type { Broadcasts } from './broadcasts/broadcasts.js';
import { BroadcastDoor } from './broadcasts/broadcast-door.js';
import { BroadcastsModule } from './broadcasts/broadcasts.module.js';
import type { Role } from './config.js';
import type { CredentialChecks } from './credential-checks/credential-checks.js';
import { CredentialChecksModule } from './credential-checks/credential-checks.module.js';
import type { DeadLetters } from './dead-letters/dead-letters.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import type { LetterRuns } from './dead-letters/runs/letter-runs.js';
import { BreakersModule } from './breakers/breakers.module.js';
import { DeletionGuardsModule } from './deletion-guards/deletion-guards.module.js';
import { DevicesModule } from './devices/devices.module.js';
import { HoldsModule } from './holds/holds.module.js';
import type { Notifications } from './notify/notifications.js';
import { NotifyModule } from './notify/notify.module.js';
import { BUILT_IN_TEMPLATES } from './notices/built-in-templates.js';
import { OperatorActionsModule } from './operator-actions/operator-actions.module.js';
import { PolicyModule } from './policy/policy.module.js';
import type { Quotas } from './quotas/quotas.js';
import { QuotasModule } from './quotas/quotas.module.js';
import type { Schedules } from './schedules/schedules.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { SyntheticChecksModule } from './synthetic-checks/synthetic-checks.module.js';
import { TemplatesModule } from './templates/templates.module.js';
import { WebPushModule } from './webpush/webpush.module.js';
import { ReceiptsModule } from './receipts/receipts.module.js';

export interface AppParts {
  readonly roles: ReadonlySet<Role>;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly tokens: TokenAuthenticator;
  readonly notifications: Notifications;
  readonly schedules: Schedules;
  readonly broadcasts: Broadcasts;
  readonly quotas: Quotas;
  readonly flags: Flags;
  readonly deadLetters: DeadLetters;
  readonly letterRuns: LetterRuns;
  readonly credentialChecks: CredentialChecks;
}

/**
 * The push service, read downhill:
 * notify/ takes a notification on, schedules/ send one again and again, route/ finds its devices, deliver/ sends it through providers/, devices/ is the
 * registry behind them, templates/ are what words are made of, policy/ says whom it may reach and when (clock/ tells what time it is there), holds/ are credentials that wait, breakers/ are how providers that do not answer are noticed and what operators make of it, figures/ what the console's charts are drawn from, receipts/ what phones say of it, dead-letters/ what was given up,
 * credential-checks/ try what is sent with and send nothing, synthetic-checks/ try it by the clock, deletion-guards/ keep the registry from being emptied, payment-notices/ tell users of their payments.
 * broadcasts/ takes one notification to many, whom audiences/ finds. quotas/ count what an app sends against what it may.
 * flags/ makes holds of what flags turn off.
 * operator-actions/ writes down what operators do in the console, which cannot write itself.
 * push-pipeline.ts joins the stages.
 */
@Module({})
export class AppModule {
  static with({
    roles,
    database,
    envelope,
    tokens,
    notifications,
    schedules,
    broadcasts,
    quotas,
    flags,
    deadLetters,
    letterRuns,
    credentialChecks,
  }: AppParts): DynamicModule {
    const http = roles.has('api')
      ? [
          NotifyModule.with(notifications),
          SchedulesModule.with(schedules),
          DevicesModule.with(database, envelope, tokens),
          PolicyModule.with(database, envelope, tokens),
          TemplatesModule.with(database, BUILT_IN_TEMPLATES),
          ReceiptsModule.with(database, envelope, tokens),
          AudiencesModule.with(database),
          QuotasModule.with(quotas),
          BroadcastsModule.with(broadcasts, new BroadcastDoor(database, flags)),
          DeadLettersModule.with(deadLetters, letterRuns),
          HoldsModule.with(database),
          BreakersModule.with(database),
          CredentialChecksModule.with(credentialChecks),
          SyntheticChecksModule.with(database),
          DeletionGuardsModule.with(database),
          WebPushModule.with(database),
          OperatorActionsModule.with(database),
        ]
      : [];
    return { module: AppModule, imports: http };
  }
}
