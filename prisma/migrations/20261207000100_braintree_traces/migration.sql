-- Where in a trace a notification of Braintree's was received, as "stripe_event" has it.
ALTER TABLE "braintree_event" ADD COLUMN "trace" TEXT;
