CREATE TABLE "quality_draws" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"query_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"seed" bigint NOT NULL,
	"parts" jsonb NOT NULL,
	"drawn_at" bigint NOT NULL,
	"drawn_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "quality_labels" (
	"query_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"mention_seq" bigint NOT NULL,
	"user_id" text NOT NULL,
	"label" text NOT NULL,
	"labelled_at" bigint NOT NULL,
	CONSTRAINT "quality_labels_query_seq_version_mention_seq_user_id_pk" PRIMARY KEY("query_seq","version","mention_seq","user_id")
);
--> statement-breakpoint
CREATE TABLE "quality_samples" (
	"draw_seq" bigint NOT NULL,
	"part" integer NOT NULL,
	"position" integer NOT NULL,
	"mention_seq" bigint NOT NULL,
	CONSTRAINT "quality_samples_draw_seq_part_position_pk" PRIMARY KEY("draw_seq","part","position")
);
--> statement-breakpoint
ALTER TABLE "quality_draws" ADD CONSTRAINT "quality_draws_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_labels" ADD CONSTRAINT "quality_labels_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_labels" ADD CONSTRAINT "quality_labels_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_labels" ADD CONSTRAINT "quality_labels_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_samples" ADD CONSTRAINT "quality_samples_draw_seq_quality_draws_seq_fk" FOREIGN KEY ("draw_seq") REFERENCES "public"."quality_draws"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_samples" ADD CONSTRAINT "quality_samples_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quality_draws_query" ON "quality_draws" USING btree ("query_seq","version","seq");--> statement-breakpoint
CREATE INDEX "quality_labels_mention" ON "quality_labels" USING btree ("mention_seq");--> statement-breakpoint
CREATE INDEX "quality_samples_mention" ON "quality_samples" USING btree ("mention_seq");