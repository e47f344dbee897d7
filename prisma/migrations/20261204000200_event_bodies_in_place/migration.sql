-- Most bodies of Stripe's have some kilobytes. They stand in their rows instead of in pieces beside them, each with an index entry of its
-- own, and nobody tries to compress what is encrypted. Rows that are there stay as they are.
ALTER TABLE "stripe_event" SET (toast_tuple_target = 8160);
