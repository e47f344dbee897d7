import { z } from 'zod';
import { LANES } from '../lanes.js';
import { contradictions, notificationContent, notificationOptions, templateUse } from './notification-request.js';
import { deliveryView } from './notification-view.js';
import { pageOf, pageQuery } from './page.js';
import { audienceName, segmentFilter } from './segment-filter.js';
import { audienceSize } from './audience.js';

/** What FCM takes from one project: 600,000 messages a minute. */
export const MOST_PER_SECOND = 10_000;

const audience = z
  .strictObject({
    topic: audienceName.optional(),
    segment: audienceName.optional(),
    filter: segmentFilter.optional(),
    everyone: z.literal(true).optional(),
  })
  .refine((to) => Object.values(to).filter((value) => value !== undefined).length === 1, {
    error: 'must name exactly one of topic, segment, filter, everyone',
  });

/** How fast a broadcast may be. */
export const broadcastPacing = z.strictObject({
  maxPerSecond: z.int().min(1).max(MOST_PER_SECOND).default(MOST_PER_SECOND).meta({ description: 'phones a second' }),
  rampSeconds: z
    .int()
    .min(0)
    .max(3_600)
    .default(60)
    .meta({ description: 'until it is that fast, from the start and after every break' }),
  avoidQuarterHours: z.boolean().default(true).meta({
    description: 'whether it rests two minutes before and after :00, :15, :30 and :45, when everybody else sends',
  }),
});
export type BroadcastPacing = z.output<typeof broadcastPacing>;

/** The body of `POST /v1/broadcasts` and of `POST /v1/broadcasts/estimate`. */
export const broadcastRequest = z
  .strictObject({
    to: audience,
    content: notificationContent.optional(),
    template: templateUse.optional(),
    options: notificationOptions
      .omit({ dryRun: true })
      .extend({ priority: z.enum(LANES).default('bulk') })
      .prefault({}),
    pacing: broadcastPacing.prefault({}),
  })
  .superRefine(({ options, ...request }, context) => {
    for (const { path, message } of contradictions({ ...request, options: { ...options, dryRun: false } })) {
      context.addIssue({ code: 'custom', path, message });
    }
  });
export type BroadcastRequest = z.output<typeof broadcastRequest>;
/** The same before the defaults are filled in, as a caller writes it. */
export type BroadcastRequestInput = z.input<typeof broadcastRequest>;

export const startedAnswer = z.object({ id: z.string(), status: z.enum(['accepted', 'scheduled']) });
export type StartedAnswer = z.output<typeof startedAnswer>;

const BROADCAST_STATES = ['scheduled', 'running', 'paused', 'draining', 'completed', 'cancelled'] as const;
export type BroadcastState = (typeof BROADCAST_STATES)[number];

export const broadcastView = z.object({
  id: z.string(),
  notificationId: z.string().meta({ description: 'under which the feed tells of its deliveries' }),
  state: z.enum(BROADCAST_STATES).meta({
    description: '`draining`: every phone was looked at, and something is still owed to some of them',
  }),
  to: z.record(z.string(), z.unknown()),
  pacing: broadcastPacing,
  createdAt: z.iso.datetime(),
  startsAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  devices: z.object({
    total: z.int().nullable().meta({ description: 'when it began; null: it has not, or counting them took too long' }),
    reached: z.int().meta({ description: 'how many were looked at: sent to, refused or put off' }),
    delayed: z
      .int()
      .meta({ description: 'how many of them were put off, to the end of quiet hours or their own time' }),
    underWay: z.int().meta({ description: 'how many of them have no outcome yet' }),
    cancelled: z.int().nullable().meta({ description: 'null: it was cancelled, and nobody counted whom it was for' }),
  }),
  outcomes: z.record(z.string(), z.int()).meta({ description: 'what became of how many' }),
  refused: z.record(z.string(), z.int()).meta({ description: 'why' }),
  ratePerSecond: z.number().nullable().meta({ description: 'since it began, or went on after a pause' }),
  waits: z.object({ until: z.iso.datetime().nullable(), for: z.string() }).nullable().meta({
    description:
      'for `pace`, `quarter_hour`, `backlog` (what was handed out before is not sent yet), `put_off` (those whose time has come go first) or `others` (transactional work goes first); for `crashes_worker` until somebody resumes it',
  }),
  endsAt: z.iso.datetime().nullable().meta({
    description:
      'when every phone will have been looked at, as things go; null: in more than 400 days, or nobody knows',
  }),
});
export type BroadcastView = z.output<typeof broadcastView>;
export const broadcastPage = pageOf(broadcastView);

const DELIVERY_STATES = [
  'sending',
  'sent',
  'delivered',
  'opened',
  'retrying',
  'rejected',
  'gone',
  'suspect',
  'refused',
  'expired',
  'dead',
] as const;

/** The query of `GET /v1/broadcasts/{id}/deliveries`. */
export const broadcastDeliveriesQuery = pageQuery.extend({
  state: z.enum(DELIVERY_STATES).optional().meta({
    description: 'those that are in this state now; of one that is rare, pages may be short or empty and `next` set',
  }),
});
export type BroadcastDeliveriesQuery = z.output<typeof broadcastDeliveriesQuery>;
export const broadcastDeliveryPage = pageOf(deliveryView);

export const broadcastEstimate = z.object({
  ...audienceSize.shape,
  sample: z.object({
    devices: z.int().meta({ description: 'how many were asked about; the figures below are scaled up from them' }),
    exact: z.boolean().meta({ description: 'whether they are all' }),
  }),
  sent: z.int().meta({ description: 'how many the policy of the app would let through when it starts' }),
  refused: z.record(z.string(), z.int()).meta({ description: 'by reason' }),
  refusedBy: z.record(z.string(), z.int()).meta({ description: 'by rule of the policy, the twenty that matter most' }),
  delayed: z.record(z.string(), z.int()).meta({ description: 'by reason' }),
  seconds: z.int().nullable().meta({
    description: 'from its start until every phone was looked at; null: more than 400 days',
  }),
  ratePerSecond: z.number().nullable().meta({
    description:
      'how fast the last one of this app was, if it was long and something else than its pace limited it; null: nobody knows',
  }),
  endsAt: z.iso.datetime().nullable(),
});
export type BroadcastEstimate = z.output<typeof broadcastEstimate>;
