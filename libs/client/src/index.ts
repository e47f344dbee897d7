export { Signalbox, type SignalboxOptions } from './signalbox.js';
export { AnswerNotUnderstood, BatchIncomplete, RequestRefused, ServiceUnreachable, SignalboxError } from './errors.js';
export type { Retry } from './connection.js';
export type { CallOptions, Notifications, SendOptions, Sent } from './notifications.js';
export type { Devices, ListDevicesOptions } from './devices.js';
export type { Categories } from './categories.js';
export type { DeadLetters, ListDeadLettersOptions } from './dead-letters.js';
export type { MoneyOptions, Payments } from './payments.js';
export type { ListTemplatesOptions, PutTemplateOptions, Templates } from './templates.js';
export type { EventFilter, Events, FollowOptions, ListEventsOptions } from './events.js';
export type { EventFollower } from './event-follower.js';
export type {
  BatchLine,
  BatchLineAnswer,
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
  PreviewRequestInput,
  ProblemBody,
  ProblemError,
  RefundRequest,
  ReplayAnswer,
  ReplayRequestInput,
  TemplateDocumentInput,
  TemplatePreview,
  TemplateSummary,
  TemplateVersion,
  TemplateView,
} from '@signalbox/contracts';
