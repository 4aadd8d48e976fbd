CREATE TABLE "orphan_replies" (
	"source_id" text NOT NULL,
	"external_id" text NOT NULL,
	"parent_external_id" text NOT NULL,
	"item" jsonb NOT NULL,
	"seen_at" bigint NOT NULL,
	CONSTRAINT "orphan_replies_source_id_external_id_pk" PRIMARY KEY("source_id","external_id")
);
--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "turns" jsonb;--> statement-breakpoint
ALTER TABLE "orphan_replies" ADD CONSTRAINT "orphan_replies_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "orphan_replies_parent" ON "orphan_replies" USING btree ("parent_external_id");