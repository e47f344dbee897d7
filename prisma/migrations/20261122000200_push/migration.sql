CREATE TABLE "device" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "installation_id" text        NOT NULL,
  "user_id"         text,
  "platform"        text        NOT NULL,
  "target_kind"     text        NOT NULL,
  "target"          text        NOT NULL,
  "environment"     text        NOT NULL,
  "bundle_id"       text,
  "locale"          text,
  "time_zone"       text,
  "app_version"     text,
  "status"          text        NOT NULL,
  "status_reason"   text,
  "registered_at"   timestamptz NOT NULL DEFAULT now(),
  "last_seen_at"    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "device_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "device_status_check" CHECK ("status" IN ('active', 'suspect', 'deleted'))
);
CREATE UNIQUE INDEX "device_app_id_installation_id_key" ON "device" ("app_id", "installation_id");
CREATE INDEX "device_active_of_user_idx" ON "device" ("app_id", "user_id") WHERE "status" = 'active';
CREATE INDEX "device_app_id_target_idx" ON "device" ("app_id", "target");

-- An idempotency key that was sent, and the answer it stands for. `k` = hash(app, route, key).
CREATE TABLE "idem" (
  "k"            uuid        NOT NULL,
  "request_hash" bytea       NOT NULL,
  "result_id"    uuid        NOT NULL,
  "expires_at"   timestamptz NOT NULL,
  CONSTRAINT "idem_pkey" PRIMARY KEY ("k")
) PARTITION BY HASH ("k");
CREATE TABLE "idem_h00" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 0);
CREATE TABLE "idem_h01" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 1);
CREATE TABLE "idem_h02" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 2);
CREATE TABLE "idem_h03" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 3);
CREATE TABLE "idem_h04" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 4);
CREATE TABLE "idem_h05" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 5);
CREATE TABLE "idem_h06" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 6);
CREATE TABLE "idem_h07" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 7);
CREATE TABLE "idem_h08" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 8);
CREATE TABLE "idem_h09" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 9);
CREATE TABLE "idem_h10" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 10);
CREATE TABLE "idem_h11" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 11);
CREATE TABLE "idem_h12" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 12);
CREATE TABLE "idem_h13" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 13);
CREATE TABLE "idem_h14" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 14);
CREATE TABLE "idem_h15" PARTITION OF "idem" FOR VALUES WITH (MODULUS 16, REMAINDER 15);

-- Work rows: small and hot, deleted when done. The obligation to do something lives here and nowhere else.
CREATE TABLE "push_work" (
  "id"            uuid        NOT NULL,
  "root_id"       uuid        NOT NULL,
  "queue"         text        NOT NULL,
  "lane"          text        NOT NULL,
  "app_id"        uuid,
  "credential_id" uuid,
  "items"         jsonb       NOT NULL,
  "next_offer_at" timestamptz NOT NULL,
  "offer"         integer     NOT NULL DEFAULT 0,
  "lease_until"   timestamptz,
  "lease_token"   uuid,
  "claims"        integer     NOT NULL DEFAULT 0,
  CONSTRAINT "push_work_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500);
CREATE INDEX "push_work_next_offer_at_idx" ON "push_work" ("next_offer_at");
CREATE INDEX "push_work_root_id_idx" ON "push_work" ("root_id");

-- What became of one notification on one device. No index mentions the state: state changes stay HOT updates.
CREATE TABLE "delivery" (
  "id"              uuid        NOT NULL,
  "app_id"          uuid        NOT NULL,
  "notification_id" uuid        NOT NULL,
  "device_id"       uuid        NOT NULL,
  "provider"        text        NOT NULL,
  "state"           text        NOT NULL,
  "attempt"         integer     NOT NULL,
  "reason"          text,
  "raw"             jsonb,
  "at"              timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "delivery_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "delivery_state_check" CHECK ("state" IN ('sent', 'retrying', 'rejected', 'gone', 'suspect', 'refused', 'expired', 'dead'))
) PARTITION BY RANGE ("id");
CREATE INDEX "delivery_notification_id_idx" ON "delivery" ("notification_id");
CREATE TABLE "delivery_default" PARTITION OF "delivery" DEFAULT WITH (fillfactor = 90);

-- A paused credential. Expires by itself; one process at a time may probe.
CREATE TABLE "hold" (
  "credential_id" uuid        NOT NULL,
  "lane"          text        NOT NULL,
  "until"         timestamptz NOT NULL,
  "reason"        text        NOT NULL,
  "probe_lease"   timestamptz,
  CONSTRAINT "hold_pkey" PRIMARY KEY ("credential_id", "lane")
);
