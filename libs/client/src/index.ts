export { Signalbox, type SignalboxOptions } from './signalbox.js';
export {
  AnswerNotUnderstood,
  BatchIncomplete,
  LinesIncomplete,
  RequestRefused,
  ServiceUnreachable,
  SignalboxError,
} from './errors.js';
export type { Retry } from './connection.js';
export type { CallOptions, Notifications, SendOptions, Sent } from './notifications.js';
export type { Devices, ListDevicesOptions } from './devices.js';
export type { Categories } from './categories.js';
export type { DeadLetters, ListDeadLettersOptions } from './dead-letters.js';
export type { MoneyOptions, Payments } from './payments.js';
export type { PutTemplateOptions, Templates } from './templates.js';
export type { Topics } from './topics.js';
export type { Segments } from './segments.js';
export type { Attributes } from './attributes.js';
export type { BroadcastDeliveriesOptions, Broadcasts, StartedBroadcast } from './broadcasts.js';
export type { Schedules } from './schedules.js';
export type { Policy, PutPolicyOptions } from './policy.js';
export type { Preferences } from './preferences.js';
export type { PageOptions } from './paging.js';
export type { EventFilter, Events, FollowOptions, ListEventsOptions } from './events.js';
export type { EventFollower } from './event-follower.js';
export type {
  AttributeChanges,
  AudienceSize,
  BatchLine,
  BatchLineAnswer,
  BroadcastEstimate,
  BroadcastRequestInput,
  BroadcastView,
  CancelRequest,
  CaptureRequest,
  CategorySettings,
  CategoryView,
  ConfirmRequestInput,
  DeadLetterGroup,
  DeadLetterView,
  DeliveryView,
  DeviceRegistrationInput,
  DeviceView,
  DiscardAnswer,
  DiscardRequestInput,
  DryRunAnswer,
  EventType,
  Explanation,
  FeedAnswer,
  FeedEvent,
  NewScheduleInput,
  NotificationReceipts,
  NotificationRequestInput,
  NotificationView,
  Page,
  PaymentHistory,
  PaymentOperationView,
  PaymentSettingsInput,
  PaymentSettingsView,
  PaymentSheet,
  PaymentSheetRequestInput,
  PolicyDocumentInput,
  PolicyVersion,
  PolicyView,
  PreferencesView,
  PreviewRequestInput,
  ProblemBody,
  ProblemError,
  RefundRequest,
  ReplayAnswer,
  ReplayRequestInput,
  ScheduleChangeInput,
  ScheduleView,
  SegmentFilter,
  SegmentView,
  TemplateDocumentInput,
  TemplatePreview,
  TemplateSummary,
  TemplateVersion,
  TemplateView,
  TopicChange,
  TopicMembers,
  TopicView,
  UserAttributes,
  UserPreferencesInput,
} from '@signalbox/contracts';
