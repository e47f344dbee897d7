-- How fast what a schedule sends may be, where that is a broadcast; null: it is a notification, with recipients by name.
ALTER TABLE "schedule" ADD COLUMN "pacing" jsonb;
