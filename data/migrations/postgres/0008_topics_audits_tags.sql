CREATE TABLE "audit_items" (
	"audit_seq" bigint NOT NULL,
	"position" integer NOT NULL,
	"mention_seq" bigint NOT NULL,
	"mention_version" integer NOT NULL,
	"said" text NOT NULL,
	"label_a" text,
	"label_b" text,
	"verdict" text,
	"verdict_by" text,
	CONSTRAINT "audit_items_audit_seq_position_pk" PRIMARY KEY("audit_seq","position")
);
--> statement-breakpoint
CREATE TABLE "audits" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"month" text NOT NULL,
	"seed" integer NOT NULL,
	"size" integer NOT NULL,
	"population" integer,
	"state" text NOT NULL,
	"rater_a" text,
	"rater_b" text,
	"created_at" bigint NOT NULL,
	"closed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "rating_settlements" (
	"mention_seq" bigint PRIMARY KEY NOT NULL,
	"decision" text NOT NULL,
	"user_id" text NOT NULL,
	"decided_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tag_model_versions" (
	"tag_id" text NOT NULL,
	"version" integer NOT NULL,
	"model" text NOT NULL,
	"report" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text,
	CONSTRAINT "tag_model_versions_tag_id_version_pk" PRIMARY KEY("tag_id","version")
);
--> statement-breakpoint
CREATE TABLE "tag_models" (
	"tag_id" text PRIMARY KEY NOT NULL,
	"mode" text DEFAULT 'off' NOT NULL,
	"threshold" double precision NOT NULL,
	"version" integer,
	"problem" text,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tag_suggestions" (
	"tag_id" text NOT NULL,
	"thread_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"score" double precision NOT NULL,
	"because" jsonb NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"decided_at" bigint,
	"decided_by" text,
	CONSTRAINT "tag_suggestions_thread_seq_tag_id_pk" PRIMARY KEY("thread_seq","tag_id")
);
--> statement-breakpoint
CREATE TABLE "topic_matches" (
	"topic_seq" bigint NOT NULL,
	"mention_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"day" integer NOT NULL,
	"sentiment" text NOT NULL,
	"confidence" double precision,
	"spans" jsonb NOT NULL,
	CONSTRAINT "topic_matches_mention_seq_topic_seq_pk" PRIMARY KEY("mention_seq","topic_seq")
);
--> statement-breakpoint
CREATE TABLE "topic_rollup" (
	"topic_seq" bigint NOT NULL,
	"day" integer NOT NULL,
	"sentiment" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "topic_rollup_topic_seq_day_sentiment_pk" PRIMARY KEY("topic_seq","day","sentiment")
);
--> statement-breakpoint
CREATE TABLE "topics" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text DEFAULT 'topic' NOT NULL,
	"text" text NOT NULL,
	"settings" jsonb NOT NULL,
	"parent_seq" bigint,
	"version" integer DEFAULT 1 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"walk" jsonb,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_audit_seq_audits_seq_fk" FOREIGN KEY ("audit_seq") REFERENCES "public"."audits"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_verdict_by_users_id_fk" FOREIGN KEY ("verdict_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audits" ADD CONSTRAINT "audits_rater_a_users_id_fk" FOREIGN KEY ("rater_a") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audits" ADD CONSTRAINT "audits_rater_b_users_id_fk" FOREIGN KEY ("rater_b") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rating_settlements" ADD CONSTRAINT "rating_settlements_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rating_settlements" ADD CONSTRAINT "rating_settlements_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_model_versions" ADD CONSTRAINT "tag_model_versions_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_model_versions" ADD CONSTRAINT "tag_model_versions_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_models" ADD CONSTRAINT "tag_models_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_suggestions" ADD CONSTRAINT "tag_suggestions_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_suggestions" ADD CONSTRAINT "tag_suggestions_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tag_suggestions" ADD CONSTRAINT "tag_suggestions_decided_by_users_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_matches" ADD CONSTRAINT "topic_matches_topic_seq_topics_seq_fk" FOREIGN KEY ("topic_seq") REFERENCES "public"."topics"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_matches" ADD CONSTRAINT "topic_matches_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_rollup" ADD CONSTRAINT "topic_rollup_topic_seq_topics_seq_fk" FOREIGN KEY ("topic_seq") REFERENCES "public"."topics"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_items_mention" ON "audit_items" USING btree ("mention_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "audits_id" ON "audits" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "audits_month" ON "audits" USING btree ("month");--> statement-breakpoint
CREATE INDEX "tag_suggestions_state" ON "tag_suggestions" USING btree ("tag_id","state","thread_seq");--> statement-breakpoint
CREATE INDEX "topic_matches_topic" ON "topic_matches" USING btree ("topic_seq","mention_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "topics_id" ON "topics" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "topics_name" ON "topics" USING btree ("name");--> statement-breakpoint
CREATE INDEX "mentions_disagreeing" ON "mentions" USING btree ("seq") WHERE (("mentions"."rating_unit" >= 0.75 and "mentions"."sentiment" = 'negative') or ("mentions"."rating_unit" <= 0.25 and "mentions"."sentiment" = 'positive'));