-- What notifications are made of, by name. A row is gone when the template was removed; its versions stay.
CREATE TABLE "template" (
  "app_id"         uuid        NOT NULL,
  "name"           text        NOT NULL,
  "active_version" integer     NOT NULL,
  "updated_at"     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "template_pkey" PRIMARY KEY ("app_id", "name")
);

-- Rows are only ever added: a notification names the version that it is made of.
CREATE TABLE "template_version" (
  "app_id"   uuid        NOT NULL,
  "name"     text        NOT NULL,
  "version"  integer     NOT NULL,
  "document" jsonb       NOT NULL,
  -- Of the document in one order of its members: the same document is the same version.
  "hash"     bytea       NOT NULL,
  "at"       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "template_version_pkey" PRIMARY KEY ("app_id", "name", "version"),
  CONSTRAINT "template_version_version_check" CHECK ("version" > 0)
);
CREATE UNIQUE INDEX "template_version_app_id_name_hash_key" ON "template_version" ("app_id", "name", "hash");
