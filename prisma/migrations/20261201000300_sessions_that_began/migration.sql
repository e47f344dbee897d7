-- Sessions whose first tokens nobody has fetched. Those that nobody fetches are swept after an hour, so there are few.
CREATE INDEX "auth_session_not_activated_idx" ON "auth_session" ("created_at") WHERE "activated_at" IS NULL;

-- Of a refresh token that was used: the id of its one successor. Whoever uses it first decides, under the lock of this row; which key a
-- process computes successors with does not matter to that.
ALTER TABLE "oidc_record" ADD COLUMN "successor" bytea;
