export { append, type Fact } from './append.js';
export { INSERT_FACTS } from './append.queries.js';
export { registerConsumer, runConsumer, type AfterCommit, type ConsumerOptions } from './consumer.js';
export { readEventRange, type EventHead, type EventRange, type EventRangePage } from './event-range.js';
export { CursorExpired, MalformedCursor } from './feed-cursor.js';
export {
  feedHorizonSeconds,
  readEvent,
  readEvents,
  readFeed,
  type FeedFilter,
  type FeedPage,
  type FeedRequest,
} from './feed.js';
export type { LoggedEvent } from './logged-event.js';
export {
  findPersonInLog,
  redactLog,
  type PersonalFact,
  type PersonSearch,
  type RedactedFact,
} from './person-in-log.js';
export {
  defaultPartitionRows,
  dropOldPartitions,
  ensurePartitions,
  type Obstacle,
  type PartitionReport,
  type PartitionedTable,
} from './partitions.js';
