import { Controller, Get } from '@nestjs/common';
import type { Database } from '@signalbox/database';
import { allow, Endpoint, ReplyHead } from '@signalbox/http';
import { z } from 'zod';
import type { AppLinks } from '../settings-of.js';
import { appleAppSiteAssociation, assetLinks } from './associations.js';
import { ALL_APP_LINKS } from './app-links.queries.js';

const PUBLIC = allow.publicly('which phone apps belong to this host is for every phone to read');
/** Google and Apple fetch them for everybody, and look again by themselves. */
const CACHE = 'public, max-age=300, stale-while-revalidate=3600';

/** The phone apps of all apps. */
export class AllAppLinks {
  constructor(private readonly database: Database) {}

  async read(): Promise<AppLinks[]> {
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
    responses: { 200: { description: 'The statements', schema: z.array(z.looseObject({})) } },
  })
  async android(@ReplyHead() reply: ReplyHead): Promise<object[]> {
    reply.header('cache-control', CACHE);
    return assetLinks(await this.links.read());
  }

  @Get('/apple-app-site-association')
  @Endpoint({
    allow: PUBLIC,
    summary: 'iOS apps that may use passkeys of this host (Associated Domains)',
    tags: ['passkeys'],
    responses: { 200: { description: 'The association', schema: z.looseObject({}) } },
  })
  async ios(@ReplyHead() reply: ReplyHead): Promise<object> {
    reply.header('cache-control', CACHE);
    return appleAppSiteAssociation(await this.links.read());
  }
}
