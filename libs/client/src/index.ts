export { Signalbox, type SignalboxOptions } from './signalbox.js';
export { AnswerNotUnderstood, BatchIncomplete, RequestRefused, ServiceUnreachable, SignalboxError } from './errors.js';
export type { Retry } from './connection.js';
export type { CallOptions, Notifications, SendOptions, Sent } from './notifications.js';
export type { Devices, ListDevicesOptions } from './devices.js';
export type { EventFilter, Events, FollowOptions, ListEventsOptions } from './events.js';
export type { EventFollower } from './event-follower.js';
export type {
  BatchLine,
  BatchLineAnswer,
  DeliveryView,
  DeviceRegistrationInput,
  DeviceView,
  EventType,
  Explanation,
  FeedAnswer,
  FeedEvent,
  NotificationRequestInput,
  NotificationView,
  Page,
  ProblemBody,
  ProblemError,
} from '@signalbox/contracts';
