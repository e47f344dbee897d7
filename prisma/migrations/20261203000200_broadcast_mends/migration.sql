-- Whom it was for, where its notification does not say: of a broadcast, whoever had the phone when it was handed out. A replay asks whether it is still theirs.
ALTER TABLE "dead_letter" ADD COLUMN "user_id" text;
