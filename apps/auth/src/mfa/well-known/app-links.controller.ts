import { Controller, Get } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { allow, cached, Endpoint } from '@signalbox/http';
import { SharedRead } from '@signalbox/resilience';
import { z } from 'zod';
import type { AppLinks } from '../settings-of.js';
import { appleAppSiteAssociation, assetLinks } from './associations.js';
import { ALL_APP_LINKS } from './app-links.queries.js';

const PUBLIC = allow.publicly('which phone apps belong to this host is for every phone to read');
/** Google and Apple fetch them for everybody, and look again by themselves. */
const KEPT = cached.publicly(300, 3_600);
/** And anybody may ask, as often as they like: Postgres is asked once in a while. Milliseconds. */
const READ_AGAIN = { freshMs: 1_000, staleMs: 10_000 } as const;

/** The phone apps of all apps. */
export class AllAppLinks {
  private readonly shared = new SharedRead(() => this.look(), READ_AGAIN);

  constructor(private readonly database: Database) {}

  /** As they were a second ago, or when somebody asked last. */
  read(): Promise<AppLinks[]> {
    return this.shared.read();
  }

  private async look(): Promise<AppLinks[]> {
    const { rows } = await this.database.query<{ links: Partial<AppLinks> }>(ALL_APP_LINKS);
    return rows.map(({ links }) => ({ android: links.android ?? [], ios: links.ios ?? [] }));
  }
}

/** What phones read to learn which apps may ask for passkeys of this host. */
@Controller('/.well-known')
export class AppLinksController {
  constructor(private readonly links: AllAppLinks) {}

  @Get('/assetlinks.json')
  @Endpoint({
    allow: PUBLIC,
    summary: 'Android apps that may use passkeys of this host (Digital Asset Links)',
    tags: ['passkeys'],
    cache: KEPT,
    responses: { 200: { description: 'The statements', schema: z.array(z.looseObject({})) } },
  })
  async android(): Promise<object[]> {
    return assetLinks(await this.links.read());
  }

  @Get('/apple-app-site-association')
  @Endpoint({
    allow: PUBLIC,
    summary: 'iOS apps that may use passkeys of this host (Associated Domains)',
    tags: ['passkeys'],
    cache: KEPT,
    responses: { 200: { description: 'The association', schema: z.looseObject({}) } },
  })
  async ios(): Promise<object> {
    return appleAppSiteAssociation(await this.links.read());
  }
}
