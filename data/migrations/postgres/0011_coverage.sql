CREATE TABLE "source_hours" (
	"source_id" text NOT NULL,
	"hour" integer NOT NULL,
	"count" integer NOT NULL,
	"newest_at" bigint NOT NULL,
	CONSTRAINT "source_hours_source_id_hour_pk" PRIMARY KEY("source_id","hour")
);
--> statement-breakpoint
ALTER TABLE "coverage" ADD COLUMN "fill" text;--> statement-breakpoint
ALTER TABLE "coverage" ADD COLUMN "fill_cursor" jsonb;--> statement-breakpoint
ALTER TABLE "coverage" ADD COLUMN "filled_at" bigint;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "freshness" jsonb;--> statement-breakpoint
ALTER TABLE "sources" ADD COLUMN "silent_since" bigint;--> statement-breakpoint
ALTER TABLE "source_hours" ADD CONSTRAINT "source_hours_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;