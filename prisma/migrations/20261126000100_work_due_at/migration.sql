-- When a row became due. `next_offer_at` moves on with every offer and claim, so it hides a row that is offered in vain.
ALTER TABLE "push_work" ADD COLUMN "due_at" timestamptz NOT NULL DEFAULT now();
