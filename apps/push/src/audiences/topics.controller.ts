import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import {
  deviceParams,
  deviceTopicParams,
  deviceTopics,
  type DeviceTopics,
  type Page,
  pageQuery,
  parseId,
  topicChange,
  type TopicChange,
  topicMembers,
  type TopicMembers,
  topicPage,
  topicParams,
  type TopicView,
  type Uuid,
} from '@signalbox/contracts';
import {
  allow,
  cached,
  Caller,
  CallerApp,
  Endpoint,
  type Principal,
  problems,
  ValidBody,
  ValidParams,
  ValidQuery,
} from '@signalbox/http';
import type { z } from 'zod';
import { DeviceRegistry } from '../devices/device-registry.js';
import { MOST_TOPICS, Topics } from './topics.js';

const NO_SUCH_DEVICE = { description: 'No such device that is registered' };
/** An installation id is made on the phone and known to it and the backend alone; a user's token is good for the user's own. */
const OWN = allow.userOrScope('devices:register-own', 'devices:write', 'devices:register-own');

/** What phones want to hear of. */
@Controller('/v1')
export class TopicsController {
  constructor(
    private readonly topics: Topics,
    private readonly devices: DeviceRegistry,
  ) {}

  @Put('/devices/:installationId/topics/:topic')
  @Endpoint({
    allow: OWN,
    summary: 'Subscribe a phone to a topic',
    tags: ['topics'],
    fromBrowsers: true,
    params: deviceTopicParams,
    responses: {
      204: { description: 'Subscribed, now or before' },
      404: NO_SUCH_DEVICE,
      409: { description: `The phone has ${MOST_TOPICS} topics` },
    },
  })
  @HttpCode(204)
  async subscribePhone(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidParams() { installationId, topic }: z.output<typeof deviceTopicParams>,
  ): Promise<void> {
    const device = await this.deviceOf(appId, caller, installationId);
    if ((await this.topics.subscribePhone(appId, topic, device)) === 'full') {
      throw problems.conflict(
        'too_many_topics',
        `A phone has at most ${MOST_TOPICS} topics; unsubscribe it from another first.`,
      );
    }
  }

  @Delete('/devices/:installationId/topics/:topic')
  @Endpoint({
    allow: OWN,
    summary: 'Unsubscribe a phone from a topic',
    tags: ['topics'],
    fromBrowsers: true,
    params: deviceTopicParams,
    responses: { 204: { description: 'Not subscribed any more' }, 404: NO_SUCH_DEVICE },
  })
  async unsubscribePhone(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidParams() { installationId, topic }: z.output<typeof deviceTopicParams>,
  ): Promise<void> {
    await this.topics.unsubscribePhone(appId, topic, await this.deviceOf(appId, caller, installationId));
  }

  @Get('/devices/:installationId/topics')
  @Endpoint({
    allow: allow.userOrScope('devices:register-own', 'devices:read', 'devices:register-own'),
    summary: 'The topics of a phone',
    tags: ['topics'],
    fromBrowsers: true,
    params: deviceParams,
    responses: { 200: { description: 'By name', schema: deviceTopics }, 404: NO_SUCH_DEVICE },
  })
  async ofDevice(
    @CallerApp() appId: Uuid,
    @Caller() caller: Principal,
    @ValidParams() { installationId }: z.output<typeof deviceParams>,
  ): Promise<DeviceTopics> {
    return { topics: await this.topics.ofDevice(await this.deviceOf(appId, caller, installationId)) };
  }

  @Get('/topics')
  @Endpoint({
    allow: allow.scope('notifications:read'),
    summary: 'Topics that have a phone, by name, with how many they have',
    tags: ['topics'],
    query: pageQuery,
    cache: cached.revalidated,
    responses: { 200: { description: 'One page of topics', schema: topicPage } },
  })
  list(@CallerApp() appId: Uuid, @ValidQuery() query: z.output<typeof pageQuery>): Promise<Page<TopicView>> {
    return this.topics.list(appId, query);
  }

  @Post('/topics/:topic/subscribe')
  @HttpCode(200)
  @Endpoint({
    allow: allow.scope('devices:write'),
    summary: 'Subscribe phones, or those that users have at this moment',
    tags: ['topics'],
    params: topicParams,
    body: topicMembers,
    responses: { 200: { description: 'How many are new, and who has no phone here', schema: topicChange } },
  })
  subscribe(
    @CallerApp() appId: Uuid,
    @ValidParams() { topic }: z.output<typeof topicParams>,
    @ValidBody() members: TopicMembers,
  ): Promise<TopicChange> {
    return this.topics.subscribe(appId, topic, members);
  }

  @Post('/topics/:topic/unsubscribe')
  @HttpCode(200)
  @Endpoint({
    allow: allow.scope('devices:write'),
    summary: 'Unsubscribe phones, or those that users have at this moment',
    tags: ['topics'],
    params: topicParams,
    body: topicMembers,
    responses: { 200: { description: 'How many were subscribed, and who has no phone here', schema: topicChange } },
  })
  unsubscribe(
    @CallerApp() appId: Uuid,
    @ValidParams() { topic }: z.output<typeof topicParams>,
    @ValidBody() members: TopicMembers,
  ): Promise<TopicChange> {
    return this.topics.unsubscribe(appId, topic, members);
  }

  /** @throws Problem 404, the same for a device of another app, one that was removed, or, for a user, another user's. */
  private async deviceOf(appId: Uuid, caller: Principal, installationId: string): Promise<Uuid> {
    const device = await this.devices.find(appId, installationId);
    const isOwn = caller.kind !== 'user' || device?.userId === caller.userId;
    const id = device === undefined || device.status === 'deleted' || !isOwn ? undefined : parseId('device', device.id);
    if (id === undefined) throw problems.notFound(`${NO_SUCH_DEVICE.description}.`);
    return id;
  }
}
