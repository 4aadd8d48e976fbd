CREATE TABLE "source_streams" (
	"source_id" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"cursor" jsonb,
	"mode" text NOT NULL,
	"reason" text,
	"mode_at" bigint NOT NULL,
	"waits_for_poll_to" bigint,
	"read_to" bigint,
	"failures" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "source_streams" ADD CONSTRAINT "source_streams_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;