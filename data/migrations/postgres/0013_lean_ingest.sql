DROP INDEX "mentions_author";--> statement-breakpoint
DROP INDEX "threads_sentiment";--> statement-breakpoint
DROP INDEX "mentions_root";--> statement-breakpoint
DROP INDEX "threads_assignee";--> statement-breakpoint
CREATE INDEX "threads_negative" ON "threads" USING btree ("state","last_inbound_at","seq") WHERE "threads"."sentiment" = 'negative';--> statement-breakpoint
CREATE INDEX "mentions_root" ON "mentions" USING btree ("platform","root_external_id") WHERE "mentions"."root_external_id" <> "mentions"."external_id";--> statement-breakpoint
CREATE INDEX "threads_assignee" ON "threads" USING btree ("assignee_id","state","last_inbound_at","seq") WHERE "threads"."assignee_id" is not null;