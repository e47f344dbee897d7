export { append, type Fact } from './append.js';
export { runConsumer, type ConsumerOptions } from './consumer.js';
export { CursorExpired, MalformedCursor } from './feed-cursor.js';
export { feedHorizonSeconds, readEvent, readFeed, type FeedFilter, type FeedPage, type FeedRequest } from './feed.js';
export type { LoggedEvent } from './logged-event.js';
export {
  defaultPartitionRows,
  dropOldPartitions,
  ensurePartitions,
  type Obstacle,
  type PartitionReport,
  type PartitionedTable,
} from './partitions.js';
