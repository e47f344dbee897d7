import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import {
  activateTemplate,
  type ActivateTemplate,
  type Page,
  pageQuery,
  previewRequest,
  type PreviewRequest,
  putTemplateQuery,
  templateDocument,
  type TemplateDocument,
  templateNameParams,
  templatePage,
  templatePreview,
  type TemplatePreview,
  type TemplateSummary,
  templateVersionPage,
  templateVersionParams,
  type TemplateVersion,
  templateView,
  type TemplateView,
  type Uuid,
} from '@signalbox/contracts';
import { allow, cached, CallerApp, Endpoint, problems, ValidBody, ValidParams, ValidQuery } from '@signalbox/http';
import type { z } from 'zod';
import { documentProblems, misfits } from './check-document.js';
import { CompiledTemplate } from './compiled-template.js';
import { previewTemplate } from './preview-template.js';
import { Templates } from './templates.js';

type Named = z.output<typeof templateNameParams>;
type PageQuery = z.output<typeof pageQuery>;

const READ = allow.scope('notifications:read');
const WRITE = allow.scope('notifications:write');
const TAGS = ['templates'];
const UNKNOWN = { description: 'No such template in this app' };

/** What notifications are made of. */
@Controller('/v1/templates')
export class TemplatesController {
  constructor(private readonly templates: Templates) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: "The app's templates, by name",
    tags: TAGS,
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of them', schema: templatePage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: PageQuery): Promise<Page<TemplateSummary>> {
    return this.templates.list(appId, query);
  }

  @Put('/:name')
  @Endpoint({
    allow: WRITE,
    summary: 'Keep a document as a new version, and put it in force. The same document is the same version',
    tags: TAGS,
    params: templateNameParams,
    query: putTemplateQuery,
    body: templateDocument,
    responses: {
      200: { description: 'The version of this document', schema: templateView },
      422: { description: 'A message that some reader could not be written to with; each with its place' },
    },
  })
  put(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: Named,
    @ValidQuery() { activate }: z.output<typeof putTemplateQuery>,
    @ValidBody() document: TemplateDocument,
  ): Promise<TemplateView> {
    const builtIn = this.templates.builtIn.get(name);
    const errors = [...documentProblems(document), ...(builtIn === undefined ? [] : misfits(builtIn, document))];
    if (errors.length > 0) throw problems.invalid(errors);
    return this.templates.put(appId, name, document, activate === 'true');
  }

  @Get('/:name')
  @Endpoint({
    allow: READ,
    summary: 'A template as it is in force',
    tags: TAGS,
    params: templateNameParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The version in force', schema: templateView }, 404: UNKNOWN },
  })
  async get(@CallerApp() appId: Uuid, @ValidParams() { name }: Named): Promise<TemplateView> {
    return known(await this.templates.inForce(appId, name), name);
  }

  @Get('/:name/versions')
  @Endpoint({
    allow: READ,
    summary: 'Its versions, the newest first',
    tags: TAGS,
    params: templateNameParams,
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of them', schema: templateVersionPage }, 404: UNKNOWN },
  })
  async versions(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: Named,
    @ValidQuery() query: PageQuery,
  ): Promise<Page<TemplateVersion>> {
    return known(await this.templates.versions(appId, name, { below: versionBefore(query), limit: query.limit }), name);
  }

  @Get('/:name/versions/:version')
  @Endpoint({
    allow: READ,
    summary: 'One version',
    tags: TAGS,
    params: templateVersionParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The version', schema: templateView }, 404: { description: 'No such version' } },
  })
  async version(
    @CallerApp() appId: Uuid,
    @ValidParams() { name, version }: z.output<typeof templateVersionParams>,
  ): Promise<TemplateView> {
    return known(await this.templates.version(appId, name, version), name, version);
  }

  @Post('/:name/activate')
  @Endpoint({
    allow: WRITE,
    summary: 'Put one of its versions in force, an earlier one for instance',
    tags: TAGS,
    params: templateNameParams,
    body: activateTemplate,
    responses: { 200: { description: 'In force', schema: templateView }, 404: { description: 'No such version' } },
  })
  async activate(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: Named,
    @ValidBody() { version }: ActivateTemplate,
  ): Promise<TemplateView> {
    return known(await this.templates.activate(appId, name, version), name, version);
  }

  @Post('/:name/preview')
  @Endpoint({
    allow: READ,
    summary: 'What readers of each language get, and the payload for each provider, to the byte',
    tags: TAGS,
    params: templateNameParams,
    body: previewRequest,
    responses: {
      200: { description: 'Also where a payload is too large to be sent', schema: templatePreview },
      404: { description: 'No such version' },
      422: { description: 'Parameters that do not fit' },
    },
  })
  async preview(
    @CallerApp() appId: Uuid,
    @ValidParams() { name }: Named,
    @ValidBody() request: PreviewRequest,
  ): Promise<TemplatePreview> {
    const { version } = request;
    const found =
      version === undefined
        ? await this.templates.inForce(appId, name)
        : await this.templates.version(appId, name, version);
    const view = known(found, name, version);
    return { name, version: view.version, ...previewTemplate(new CompiledTemplate(view.document), request) };
  }

  @Delete('/:name')
  @Endpoint({
    allow: WRITE,
    summary: 'Remove it. What was accepted before is sent all the same; a built-in one speaks again',
    tags: TAGS,
    params: templateNameParams,
    responses: { 204: { description: 'Gone' }, 404: UNKNOWN },
  })
  async remove(@CallerApp() appId: Uuid, @ValidParams() { name }: Named): Promise<void> {
    if (!(await this.templates.remove(appId, name))) known(undefined, name);
  }
}

function known<Found>(found: Found | undefined, name: string, version?: number): Found {
  if (found !== undefined) return found;
  throw problems.notFound(
    version === undefined
      ? `This app has no template ${name}; PUT /v1/templates/${name} makes it.`
      : `This app has no version ${version} of a template ${name}.`,
  );
}

/** The largest that a column of versions holds. */
const LAST_VERSION = 2_147_483_647;

/** The version that a page of them goes on below; null: from the newest on. @throws Problem 422 for what no page ever gave out. */
function versionBefore({ after }: PageQuery): number | null {
  if (after === undefined) return null;
  const version = Number(after);
  if (/^[1-9]\d*$/.test(after) && version <= LAST_VERSION) return version;
  throw problems.invalid([{ in: 'query', pointer: '/after', reason: 'must be the `next` of an earlier page' }]);
}
