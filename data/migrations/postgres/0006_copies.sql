CREATE TABLE "copy_keys" (
	"key" bigint PRIMARY KEY NOT NULL,
	"mention_seq" bigint NOT NULL,
	"day" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mentions" ADD COLUMN "shares" jsonb;--> statement-breakpoint
ALTER TABLE "mentions" ADD COLUMN "copy_of" bigint;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "copy_of" bigint;--> statement-breakpoint
ALTER TABLE "volume_rollup" ADD COLUMN "copies" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "mentions_copies" ON "mentions" USING btree ("copy_of") WHERE "mentions"."copy_of" is not null;--> statement-breakpoint
CREATE INDEX "threads_copies" ON "threads" USING btree ("copy_of") WHERE "threads"."copy_of" is not null;