-- The networks that a key may be used from; none: from anywhere.
ALTER TABLE "api_key" ADD COLUMN "allowed_cidrs" text[] NOT NULL DEFAULT ARRAY[]::text[];

-- The first app that trusts an issuer holds it: another one gets beside it by the operator alone. Of two that come first at the same
-- time one has the index; whoever comes later sees the rows.
ALTER TABLE "token_issuer" ADD COLUMN "holds_issuer" boolean NOT NULL DEFAULT false;
UPDATE "token_issuer" SET "holds_issuer" = true
WHERE "id" IN (SELECT DISTINCT ON ("issuer") "id" FROM "token_issuer" ORDER BY "issuer", "id");
CREATE UNIQUE INDEX "token_issuer_holder_key" ON "token_issuer" ("issuer") WHERE "holds_issuer";

-- Whoever opens an archive by its link has no name: from which network, /24 or /48, is all that is known of them.
ALTER TABLE "auth_audit" ADD COLUMN "network" text;
