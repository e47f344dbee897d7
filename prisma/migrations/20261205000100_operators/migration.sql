-- Which users of the auth service may use the console, and for what. The console reads it at every request, so that a role that was taken
-- away is gone with the commit.
CREATE TABLE "operator" (
  "user_id"    uuid        NOT NULL,
  "app_id"     uuid        NOT NULL,
  "role"       text        NOT NULL,
  "granted_at" timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT "operator_pkey" PRIMARY KEY ("user_id"),
  CONSTRAINT "operator_role_check" CHECK ("role" IN ('viewer', 'operator', 'admin'))
);
CREATE INDEX "operator_app_id_user_id_idx" ON "operator" ("app_id", "user_id");
