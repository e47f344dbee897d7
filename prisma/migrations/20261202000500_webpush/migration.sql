-- Browsers (Web Push) as devices: beside its address each has two keys, which only what is encrypted for it can be read with.
-- Nullable and without a default: nothing is rewritten. Phones have none.
ALTER TABLE "device" ADD COLUMN "target_keys" JSONB;
