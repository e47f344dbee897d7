-- The last hundred requests of each API key, for the console. A row is what one process saw of one key in some seconds; no foreign key, or
-- every one of them would lock the key's row.
CREATE TABLE "api_key_trail" (
  "id"       uuid    NOT NULL,
  "key_id"   uuid    NOT NULL,
  "service"  text    NOT NULL,
  -- How many requests there were, and how many of them are kept.
  "seen"     integer NOT NULL,
  "kept"     integer NOT NULL,
  "requests" jsonb   NOT NULL,
  CONSTRAINT "api_key_trail_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "api_key_trail_key_id_id_idx" ON "api_key_trail" ("key_id", "id");
