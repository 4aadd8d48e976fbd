DROP INDEX "threads_author";--> statement-breakpoint
DROP INDEX "mentions_uri";--> statement-breakpoint
DROP INDEX "threads_key";--> statement-breakpoint
DROP INDEX "threads_sentiment";--> statement-breakpoint
DROP INDEX "threads_customer";--> statement-breakpoint
CREATE INDEX "mentions_uri" ON "mentions" USING btree ("uri") WHERE "mentions"."uri" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "threads_key" ON "threads" USING btree ("author_seq","root_external_id","platform","instance");--> statement-breakpoint
CREATE INDEX "threads_sentiment" ON "threads" USING btree ("sentiment","state","last_inbound_at","seq") WHERE "threads"."sentiment" is not null;--> statement-breakpoint
CREATE INDEX "threads_customer" ON "threads" USING btree ("customer_seq","last_inbound_at") WHERE "threads"."customer_seq" is not null;