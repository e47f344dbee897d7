import { Controller, Get, Headers, Put } from '@nestjs/common';
import {
  policyDocument,
  type PolicyDocument,
  type Page,
  type PolicyVersion,
  policyVersionPage,
  policyVersionParams,
  type PolicyVersionsQuery,
  policyVersionsQuery,
  policyView,
  type PolicyView,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  CallerApp,
  Endpoint,
  Problem,
  problems,
  ReplyHead,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { Policies } from './policies.js';

const READ = allow.scope('notifications:read');
const ETAG_HINT = 'ETag is its version, for the If-Match of a change';

/** Whom an app spares what, and when. */
@Controller('/v1/policy')
export class PolicyController {
  constructor(private readonly policies: Policies) {}

  @Get()
  @Endpoint({
    allow: READ,
    summary: 'The policy in force: consent, quiet hours and caps',
    tags: ['policy'],
    cache: cached.revalidated,
    responses: { 200: { description: `The policy; ${ETAG_HINT}`, schema: policyView } },
  })
  async get(@CallerApp() appId: Uuid, @ReplyHead() reply: ReplyHead): Promise<PolicyView> {
    return answer(reply, await this.policies.current(appId));
  }

  @Put()
  @Endpoint({
    allow: allow.scope('notifications:write'),
    summary: 'Put another policy in force, for everything that is routed from then on',
    tags: ['policy'],
    body: policyDocument,
    headers: {
      'If-Match': { description: 'The ETag of the policy that this one replaces; only the first is put without' },
    },
    responses: {
      200: { description: `In force; ${ETAG_HINT}`, schema: policyView },
      412: { description: 'Another version is in force than If-Match names' },
    },
  })
  async put(
    @CallerApp() appId: Uuid,
    @ValidBody() document: PolicyDocument,
    @Headers('if-match') ifMatch: string | undefined,
    @ReplyHead() reply: ReplyHead,
  ): Promise<PolicyView> {
    const change = await this.policies.put(appId, document, versionMeant(ifMatch));
    if (change.kind !== 'conflict') return answer(reply, change.policy);
    throw new Problem({
      status: 412,
      code: 'policy_changed',
      detail: `Version ${change.version} is in force. Read it, make your change to it, and send it with If-Match: ${etag(change.version)}.`,
      headers: { etag: etag(change.version) },
    });
  }

  @Get('/versions')
  @Endpoint({
    allow: READ,
    summary: 'All versions, the newest first',
    tags: ['policy'],
    query: policyVersionsQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of versions', schema: policyVersionPage } },
  })
  versions(@CallerApp() appId: Uuid, @ValidQuery() query: PolicyVersionsQuery): Promise<Page<PolicyVersion>> {
    return this.policies.versions(appId, query);
  }

  @Get('/versions/:version')
  @Endpoint({
    allow: READ,
    summary: 'One version, as it was or is in force',
    tags: ['policy'],
    params: policyVersionParams,
    cache: cached.revalidated,
    responses: { 200: { description: 'The version', schema: policyView }, 404: { description: 'No such version' } },
  })
  async version(
    @CallerApp() appId: Uuid,
    @ValidParams() { version }: z.output<typeof policyVersionParams>,
  ): Promise<PolicyView> {
    const policy = await this.policies.version(appId, version);
    if (policy === undefined) throw problems.notFound(`This app's policy has no version ${version}.`);
    return policy;
  }
}

function answer(reply: ReplyHead, policy: PolicyView): PolicyView {
  reply.header('etag', etag(policy.version));
  return policy;
}

function etag(version: number): string {
  return `"${version}"`;
}

/** The version of an ETag of ours; one that is none of ours means a version that there never is. */
function versionMeant(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^"(\d{1,9})"$/.exec(ifMatch.trim())?.[1];
  return version === undefined ? -1 : Number(version);
}
