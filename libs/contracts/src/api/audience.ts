import { z } from 'zod';
import { deviceParams, userParams } from './device.js';
import { pageOf } from './page.js';
import { attributeName, audienceName, segmentFilter } from './segment-filter.js';

const MOST_ATTRIBUTES = 50;

export const topicParams = z.strictObject({ topic: audienceName });
export const deviceTopicParams = deviceParams.extend({ topic: audienceName });

/** The body of `POST /v1/topics/{topic}/subscribe` and `/unsubscribe`. */
export const topicMembers = z
  .strictObject({
    installationIds: z.array(deviceParams.shape.installationId).min(1).max(500).optional(),
    userIds: z
      .array(userParams.shape.userId)
      .min(1)
      .max(500)
      .optional()
      .meta({ description: 'all phones that these users have at this moment' }),
  })
  .refine((members) => (members.installationIds === undefined) !== (members.userIds === undefined), {
    error: 'must name exactly one of installationIds, userIds',
  });
export type TopicMembers = z.output<typeof topicMembers>;

export const topicChange = z.object({
  devices: z.int().meta({ description: 'how many phones were subscribed, or unsubscribed, by this call' }),
  unknown: z.array(z.string()).meta({ description: 'of those named, who has no phone here' }),
});
export type TopicChange = z.output<typeof topicChange>;

const topicView = z.object({
  name: z.string(),
  devices: z.int().meta({ description: 'at most 10,000 are counted' }),
  more: z.boolean().meta({ description: 'it has more than 10,000; an estimate of a broadcast counts them' }),
});
export type TopicView = z.output<typeof topicView>;
export const topicPage = pageOf(topicView);
export const deviceTopics = z.object({ topics: z.array(z.string()) });
export type DeviceTopics = z.output<typeof deviceTopics>;

const text = z.string().max(256);
const attributeValue = z.union([text, z.number(), z.boolean(), z.array(text).max(50)], {
  error: 'must be text of at most 256 characters, a number, true, false, or a list of at most 50 texts',
});
const few = <Value>(all: Record<string, Value>): boolean => Object.keys(all).length <= MOST_ATTRIBUTES;
const tooMany = { error: `must be at most ${MOST_ATTRIBUTES}` };

/** The body of `PUT /v1/users/{userId}/attributes`. */
export const userAttributes = z.record(attributeName, attributeValue).refine(few, tooMany);
export type UserAttributes = z.output<typeof userAttributes>;
/** The body of `PATCH`: null takes one away, what is not named stays. */
export const attributeChanges = z.record(attributeName, attributeValue.nullable()).refine(few, tooMany);
export type AttributeChanges = z.output<typeof attributeChanges>;
export const attributesView = z.object({ userId: z.string(), attributes: userAttributes });
export type AttributesView = z.output<typeof attributesView>;

export const segmentParams = z.strictObject({ name: audienceName });
/** The body of `PUT /v1/segments/{name}`. */
export const segmentSettings = z.strictObject({ filter: segmentFilter });
export type SegmentSettings = z.output<typeof segmentSettings>;

export const segmentView = z.object({
  name: z.string(),
  version: z.int().meta({ description: 'one more with every change of the filter' }),
  filter: z.record(z.string(), z.unknown()),
  updatedAt: z.iso.datetime(),
});
export type SegmentView = z.output<typeof segmentView>;
export const segmentPage = pageOf(segmentView);

export const audienceSize = z.object({
  devices: z.int(),
  byChannel: z.record(z.string(), z.int()),
  byLocale: z.record(z.string(), z.int()).meta({ description: '`unknown`: the phone told none' }),
});
export type AudienceSize = z.output<typeof audienceSize>;
