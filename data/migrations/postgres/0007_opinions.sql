CREATE TABLE "opinions" (
	"key" text PRIMARY KEY NOT NULL,
	"answer" jsonb,
	"asked_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "opinions_asked" ON "opinions" USING btree ("asked_at");