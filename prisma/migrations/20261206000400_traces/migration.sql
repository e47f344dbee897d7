-- Where in a trace an event of Stripe's was received, as a W3C traceparent, so that the work on it can be linked to the request. A
-- notification has it in its fact. Nothing is rewritten, and where nobody traces a row takes no byte more.
ALTER TABLE "stripe_event" ADD COLUMN "trace" TEXT;
