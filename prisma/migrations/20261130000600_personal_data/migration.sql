-- A user, or an app on a user's behalf, asks for everything about them to be erased or handed out. `user_id` is what all services
-- know the user by (ours, or the app's own id); it is gone when the request has ended. `person` is what remains to find requests and
-- audit by: our own id, which points at nothing then, or a keyed hash of the app's.
CREATE TABLE "data_request" (
  "id"                 uuid        NOT NULL,
  "app_id"             uuid        NOT NULL,
  "kind"               text        NOT NULL,
  "user_id"            text,
  "person"             text        NOT NULL,
  -- What stands in place of the user's id in rows that stay.
  "pseudonym"          text        NOT NULL,
  "asked_by"           text        NOT NULL,
  -- Who has to have answered before it has ended.
  "services"           text[]      NOT NULL,
  "state"              text        NOT NULL DEFAULT 'open',
  "requested_at"       timestamptz NOT NULL DEFAULT now(),
  "due_at"             timestamptz NOT NULL,
  "overdue_told_at"    timestamptz,
  "ended_at"           timestamptz,
  -- SHA-256 of the secret by which a user without an account still gets the receipt.
  "ticket_hash"        bytea       NOT NULL,
  "receipt"            text,
  -- The public key that it is verified with: receipts outlive the keys that are published.
  "receipt_key"        jsonb,
  "archive_expires_at" timestamptz,
  "link_hash"          bytea,
  "link_expires_at"    timestamptz,
  CONSTRAINT "data_request_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "data_request_kind_check" CHECK ("kind" IN ('erasure', 'export')),
  CONSTRAINT "data_request_state_check" CHECK ("state" IN ('open', 'done', 'expired')),
  CONSTRAINT "data_request_open_check" CHECK (("state" = 'open') = ("user_id" IS NOT NULL) AND ("state" = 'open') = ("ended_at" IS NULL))
);
-- Asked for twice, done once.
CREATE UNIQUE INDEX "data_request_open_key" ON "data_request" ("app_id", "person", "kind") WHERE "state" = 'open';
CREATE INDEX "data_request_app_id_person_id_idx" ON "data_request" ("app_id", "person", "id");
CREATE INDEX "data_request_open_due_at_idx" ON "data_request" ("due_at") WHERE "state" = 'open';
CREATE INDEX "data_request_archive_idx" ON "data_request" ("archive_expires_at") WHERE "kind" = 'export' AND "state" = 'done';
CREATE UNIQUE INDEX "data_request_ticket_hash_key" ON "data_request" ("ticket_hash");
CREATE UNIQUE INDEX "data_request_link_hash_key" ON "data_request" ("link_hash");

-- One service's part of a request. `place` says where it goes on; with `known_as`, other names of the user in that service, it is
-- gone when the part has ended.
CREATE TABLE "data_request_step" (
  "request_id" uuid        NOT NULL,
  "service"    text        NOT NULL,
  "state"      text        NOT NULL DEFAULT 'under_way',
  "place"      jsonb,
  "known_as"   text[],
  "counts"     jsonb       NOT NULL DEFAULT '{}',
  "kept"       jsonb       NOT NULL DEFAULT '[]',
  "parts"      integer     NOT NULL DEFAULT 0,
  "next_at"    timestamptz NOT NULL DEFAULT now(),
  "tries"      integer     NOT NULL DEFAULT 0,
  -- Why it is not further: the name of a kind of trouble, never a message.
  "reason"     text,
  "started_at" timestamptz NOT NULL DEFAULT now(),
  "ended_at"   timestamptz,
  CONSTRAINT "data_request_step_pkey" PRIMARY KEY ("request_id", "service"),
  CONSTRAINT "data_request_step_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "data_request" ("id") ON DELETE CASCADE ON UPDATE NO ACTION,
  CONSTRAINT "data_request_step_state_check" CHECK ("state" IN ('under_way', 'done')),
  CONSTRAINT "data_request_step_done_check" CHECK (("state" = 'done') = ("ended_at" IS NOT NULL)
    AND ("state" <> 'done' OR ("place" IS NULL AND "known_as" IS NULL)))
);
CREATE INDEX "data_request_step_due_idx" ON "data_request_step" ("service", "next_at") WHERE "state" = 'under_way';

-- What a service hands out, sealed: one slice of one section.
CREATE TABLE "export_part" (
  "request_id" uuid        NOT NULL,
  "service"    text        NOT NULL,
  "part"       integer     NOT NULL,
  "section"    text        NOT NULL,
  "records"    integer     NOT NULL,
  "sealed"     bytea       NOT NULL,
  "created_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "export_part_pkey" PRIMARY KEY ("request_id", "service", "part"),
  CONSTRAINT "export_part_request_id_fkey" FOREIGN KEY ("request_id") REFERENCES "data_request" ("id") ON DELETE CASCADE ON UPDATE NO ACTION
);

-- Who looked at, exported or erased whose personal data: which parts of it, never a value.
CREATE TABLE "auth_audit" (
  "id"         uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "at"         timestamptz NOT NULL DEFAULT now(),
  -- 'operator', `key_...`, `cli_...` or `usr_...`.
  "actor"      text        NOT NULL,
  "action"     text        NOT NULL,
  -- As data_request.person; '*': a list of users.
  "person"     text        NOT NULL,
  "what"       text[]      NOT NULL,
  "request_id" uuid,
  CONSTRAINT "auth_audit_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "auth_audit_action_check" CHECK ("action" IN ('read', 'export', 'download', 'erase'))
);
CREATE INDEX "auth_audit_app_id_person_id_idx" ON "auth_audit" ("app_id", "person", "id");

CREATE FUNCTION "auth_audit_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit of access to personal data is append-only: no %', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "auth_audit_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "auth_audit"
  FOR EACH STATEMENT EXECUTE FUNCTION "auth_audit_refuse_change"();

-- The log is append-only but for one thing (ADR 22): while an erasure is open that names this app, its transaction may take personal
-- data out of rows. Nothing else of a row changes, its place in the feed least of all.
CREATE FUNCTION "event_log_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.app_id, NEW.type, NEW.subject, NEW.seq, NEW.xid, NEW.at)
     IS DISTINCT FROM (OLD.id, OLD.app_id, OLD.type, OLD.subject, OLD.seq, OLD.xid, OLD.at)
     OR (NEW.content, NEW.dek_id) IS DISTINCT FROM (OLD.content, OLD.dek_id) AND (NEW.content IS NOT NULL OR NEW.dek_id IS NOT NULL)
     OR NOT EXISTS (
       SELECT FROM data_request r
       WHERE r.id = nullif(current_setting('signalbox.erasure', true), '')::uuid
         AND r.app_id = OLD.app_id AND r.kind = 'erasure' AND r.state = 'open')
  THEN
    RAISE EXCEPTION 'the event log is append-only: a row changes only where an open erasure takes personal data out of it'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "event_log_append_only" BEFORE UPDATE ON "event_log"
  FOR EACH ROW EXECUTE FUNCTION "event_log_refuse_change"();
