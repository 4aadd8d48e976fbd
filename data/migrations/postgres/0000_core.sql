CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "audit" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"object" text NOT NULL,
	"data" jsonb,
	"ip" text DEFAULT '' NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "authors" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"instance" text DEFAULT '' NOT NULL,
	"external_id" text NOT NULL,
	"handle" text NOT NULL,
	"handle_key" text NOT NULL,
	"name" text,
	"url" text,
	"avatar_url" text,
	"followers" integer,
	"bio" text,
	"location" text,
	"verified_urls" jsonb,
	"is_bot" boolean,
	"identity_hints" jsonb,
	"customer_seq" bigint,
	"first_seen_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "counters" (
	"key" text PRIMARY KEY NOT NULL,
	"value" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "coverage" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"source_id" text NOT NULL,
	"from_at" bigint NOT NULL,
	"to_at" bigint NOT NULL,
	"kind" text NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"name_key" text NOT NULL,
	"company" text,
	"tier" text,
	"location" text,
	"preferred_channel" text,
	"notes" text,
	"external_ref" text,
	"custom" jsonb,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"thread_seq" bigint NOT NULL,
	"user_id" text NOT NULL,
	"text" text NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "drafts_thread_seq_user_id_pk" PRIMARY KEY("thread_seq","user_id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"recorded_at" bigint NOT NULL,
	"kind" text NOT NULL,
	"thread_seq" bigint,
	"mention_seq" bigint,
	"reply_id" text,
	"actor" text NOT NULL,
	"data" jsonb
);
--> statement-breakpoint
CREATE TABLE "identities" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"customer_seq" bigint NOT NULL,
	"kind" text NOT NULL,
	"platform" text DEFAULT '' NOT NULL,
	"value" text NOT NULL,
	"value_key" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"lane" text DEFAULT '' NOT NULL,
	"payload" jsonb NOT NULL,
	"run_at" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"leased_until" bigint DEFAULT 0 NOT NULL,
	"lease_token" text,
	"last_error" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "links" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"author_seq" bigint NOT NULL,
	"customer_seq" bigint NOT NULL,
	"status" text NOT NULL,
	"method" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"score" double precision,
	"is_current" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text
);
--> statement-breakpoint
CREATE TABLE "matches" (
	"query_seq" bigint NOT NULL,
	"mention_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"spans" jsonb NOT NULL,
	CONSTRAINT "matches_mention_seq_query_seq_pk" PRIMARY KEY("mention_seq","query_seq")
);
--> statement-breakpoint
CREATE TABLE "mention_sources" (
	"mention_seq" bigint NOT NULL,
	"source_id" text NOT NULL,
	"seen_at" bigint NOT NULL,
	CONSTRAINT "mention_sources_mention_seq_source_id_pk" PRIMARY KEY("mention_seq","source_id")
);
--> statement-breakpoint
CREATE TABLE "mention_versions" (
	"mention_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"title" text,
	"text" text NOT NULL,
	"rating_unit" double precision,
	"seen_at" bigint NOT NULL,
	CONSTRAINT "mention_versions_mention_seq_version_pk" PRIMARY KEY("mention_seq","version")
);
--> statement-breakpoint
CREATE TABLE "mentions" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"platform" text NOT NULL,
	"instance" text DEFAULT '' NOT NULL,
	"external_id" text NOT NULL,
	"uri" text,
	"url" text,
	"kind" text NOT NULL,
	"thread_seq" bigint NOT NULL,
	"author_seq" bigint NOT NULL,
	"parent_external_id" text,
	"root_external_id" text NOT NULL,
	"title" text,
	"text" text NOT NULL,
	"lang_declared" text,
	"created_at" bigint NOT NULL,
	"ingested_at" bigint NOT NULL,
	"edited_at" bigint,
	"deleted_at" bigint,
	"version" integer DEFAULT 1 NOT NULL,
	"content_hash" text NOT NULL,
	"visibility" text,
	"is_history" boolean DEFAULT false NOT NULL,
	"is_own" boolean DEFAULT false NOT NULL,
	"metrics" jsonb,
	"media" jsonb,
	"review" jsonb,
	"rating_unit" double precision,
	"reply_to" jsonb,
	"enriched_at" bigint,
	"lang" text,
	"sentiment" text,
	"sentiment_score" double precision,
	"confidence" double precision,
	"intents" jsonb,
	"urgency" text,
	"model" text,
	"classification" jsonb
);
--> statement-breakpoint
CREATE TABLE "notes" (
	"id" text PRIMARY KEY NOT NULL,
	"thread_seq" bigint NOT NULL,
	"user_id" text NOT NULL,
	"text" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "one_time_links" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" text,
	"data" jsonb,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "quarantine" (
	"id" text PRIMARY KEY NOT NULL,
	"source_id" text NOT NULL,
	"raw" text NOT NULL,
	"error" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "queries" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text DEFAULT 'brand' NOT NULL,
	"text" text NOT NULL,
	"settings" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "query_versions" (
	"query_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"settings" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text,
	CONSTRAINT "query_versions_query_seq_version_pk" PRIMARY KEY("query_seq","version")
);
--> statement-breakpoint
CREATE TABLE "rate_buckets" (
	"key" text PRIMARY KEY NOT NULL,
	"state" jsonb NOT NULL,
	"blocked_until" bigint DEFAULT 0 NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "raw_payloads" (
	"mention_seq" bigint PRIMARY KEY NOT NULL,
	"payload" text NOT NULL,
	"stored_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"id" text PRIMARY KEY NOT NULL,
	"thread_seq" bigint NOT NULL,
	"mention_seq" bigint NOT NULL,
	"source_id" text NOT NULL,
	"user_id" text,
	"actor" text NOT NULL,
	"text" text NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"scheduled_at" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" bigint,
	"looks" integer DEFAULT 0 NOT NULL,
	"resends" integer DEFAULT 0 NOT NULL,
	"external_id" text,
	"uri" text,
	"url" text,
	"sent_at" bigint,
	"error" jsonb
);
--> statement-breakpoint
CREATE TABLE "response_rollup" (
	"day" integer NOT NULL,
	"source_id" text NOT NULL,
	"metric" text NOT NULL,
	"bucket" integer NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "response_rollup_day_source_id_metric_bucket_pk" PRIMARY KEY("day","source_id","metric","bucket")
);
--> statement-breakpoint
CREATE TABLE "saved_views" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"position" integer NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"user_agent" text DEFAULT '' NOT NULL,
	"ip" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sources" (
	"id" text PRIMARY KEY NOT NULL,
	"connector" text NOT NULL,
	"account" text NOT NULL,
	"name" text NOT NULL,
	"config" jsonb NOT NULL,
	"secrets" text,
	"session" text,
	"settings" jsonb NOT NULL,
	"state" text NOT NULL,
	"cursor" jsonb,
	"interval_seconds" integer NOT NULL,
	"next_poll_at" bigint NOT NULL,
	"last_poll_at" bigint,
	"last_success_at" bigint,
	"last_item_at" bigint,
	"connected_at" bigint NOT NULL,
	"last_error" jsonb,
	"error_count" integer DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "thread_tags" (
	"thread_seq" bigint NOT NULL,
	"tag_id" text NOT NULL,
	CONSTRAINT "thread_tags_thread_seq_tag_id_pk" PRIMARY KEY("thread_seq","tag_id")
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"platform" text NOT NULL,
	"instance" text DEFAULT '' NOT NULL,
	"root_external_id" text NOT NULL,
	"author_seq" bigint NOT NULL,
	"source_id" text NOT NULL,
	"customer_seq" bigint,
	"revision" integer DEFAULT 1 NOT NULL,
	"state" text NOT NULL,
	"state_reason" text,
	"snoozed_until" bigint,
	"assignee_id" text,
	"last_mention_seq" bigint,
	"mention_count" integer DEFAULT 0 NOT NULL,
	"last_inbound_at" bigint NOT NULL,
	"last_reply_at" bigint,
	"created_at" bigint NOT NULL,
	"kind" text NOT NULL,
	"lang" text,
	"sentiment" text,
	"intents" jsonb,
	"urgency" text,
	"rating_unit" double precision,
	"clock_state" text DEFAULT 'none' NOT NULL,
	"clock_started_at" bigint,
	"clock_ingested_at" bigint,
	"clock_due_at" bigint,
	"clock_stopped_at" bigint,
	"clock_target_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "throttles" (
	"key" text PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"last_at" bigint NOT NULL,
	"blocked_until" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "touchpoints" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"customer_seq" bigint NOT NULL,
	"channel" text NOT NULL,
	"direction" text NOT NULL,
	"stage" text NOT NULL,
	"occurred_at" bigint NOT NULL,
	"summary" text NOT NULL,
	"mention_seq" bigint,
	"reply_id" text,
	"user_id" text,
	"external_key" text,
	"data" jsonb,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"role" text NOT NULL,
	"locale" text DEFAULT 'en' NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"theme" text DEFAULT 'system' NOT NULL,
	"created_at" bigint NOT NULL,
	"disabled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "volume_rollup" (
	"query_seq" bigint NOT NULL,
	"day" integer NOT NULL,
	"source_id" text NOT NULL,
	"sentiment" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "volume_rollup_query_seq_day_source_id_sentiment_pk" PRIMARY KEY("query_seq","day","source_id","sentiment")
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "coverage" ADD CONSTRAINT "coverage_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "drafts" ADD CONSTRAINT "drafts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identities" ADD CONSTRAINT "identities_customer_seq_customers_seq_fk" FOREIGN KEY ("customer_seq") REFERENCES "public"."customers"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_author_seq_authors_seq_fk" FOREIGN KEY ("author_seq") REFERENCES "public"."authors"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_customer_seq_customers_seq_fk" FOREIGN KEY ("customer_seq") REFERENCES "public"."customers"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "matches" ADD CONSTRAINT "matches_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "matches" ADD CONSTRAINT "matches_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mention_sources" ADD CONSTRAINT "mention_sources_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mention_sources" ADD CONSTRAINT "mention_sources_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mention_versions" ADD CONSTRAINT "mention_versions_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mentions" ADD CONSTRAINT "mentions_author_seq_authors_seq_fk" FOREIGN KEY ("author_seq") REFERENCES "public"."authors"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notes" ADD CONSTRAINT "notes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "one_time_links" ADD CONSTRAINT "one_time_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quarantine" ADD CONSTRAINT "quarantine_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "query_versions" ADD CONSTRAINT "query_versions_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saved_views" ADD CONSTRAINT "saved_views_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread_tags" ADD CONSTRAINT "thread_tags_thread_seq_threads_seq_fk" FOREIGN KEY ("thread_seq") REFERENCES "public"."threads"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread_tags" ADD CONSTRAINT "thread_tags_tag_id_tags_id_fk" FOREIGN KEY ("tag_id") REFERENCES "public"."tags"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_author_seq_authors_seq_fk" FOREIGN KEY ("author_seq") REFERENCES "public"."authors"("seq") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_source_id_sources_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."sources"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_assignee_id_users_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "touchpoints" ADD CONSTRAINT "touchpoints_customer_seq_customers_seq_fk" FOREIGN KEY ("customer_seq") REFERENCES "public"."customers"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "touchpoints" ADD CONSTRAINT "touchpoints_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_hash" ON "api_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "audit_object" ON "audit" USING btree ("object","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "authors_external" ON "authors" USING btree ("platform","instance","external_id");--> statement-breakpoint
CREATE INDEX "authors_handle" ON "authors" USING btree ("platform","handle_key");--> statement-breakpoint
CREATE INDEX "authors_customer" ON "authors" USING btree ("customer_seq");--> statement-breakpoint
CREATE INDEX "coverage_source" ON "coverage" USING btree ("source_id","kind","to_at");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_id" ON "customers" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "customers_external_ref" ON "customers" USING btree ("external_ref");--> statement-breakpoint
CREATE INDEX "customers_name" ON "customers" USING btree ("name_key","seq");--> statement-breakpoint
CREATE INDEX "events_thread" ON "events" USING btree ("thread_seq","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "identities_value" ON "identities" USING btree ("kind","platform","value_key","customer_seq");--> statement-breakpoint
CREATE INDEX "identities_customer" ON "identities" USING btree ("customer_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_key" ON "jobs" USING btree ("kind","key");--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("run_at","leased_until");--> statement-breakpoint
CREATE INDEX "links_author" ON "links" USING btree ("author_seq","is_current");--> statement-breakpoint
CREATE INDEX "links_customer" ON "links" USING btree ("customer_seq","is_current");--> statement-breakpoint
CREATE INDEX "matches_query" ON "matches" USING btree ("query_seq","mention_seq");--> statement-breakpoint
CREATE INDEX "mention_sources_source" ON "mention_sources" USING btree ("source_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mentions_id" ON "mentions" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "mentions_external" ON "mentions" USING btree ("platform","instance","external_id");--> statement-breakpoint
CREATE INDEX "mentions_uri" ON "mentions" USING btree ("uri");--> statement-breakpoint
CREATE INDEX "mentions_thread" ON "mentions" USING btree ("thread_seq","created_at");--> statement-breakpoint
CREATE INDEX "mentions_root" ON "mentions" USING btree ("platform","root_external_id");--> statement-breakpoint
CREATE INDEX "mentions_author" ON "mentions" USING btree ("author_seq","seq");--> statement-breakpoint
CREATE INDEX "notes_thread" ON "notes" USING btree ("thread_seq","created_at");--> statement-breakpoint
CREATE INDEX "quarantine_source" ON "quarantine" USING btree ("source_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "queries_id" ON "queries" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "queries_name" ON "queries" USING btree ("name");--> statement-breakpoint
CREATE INDEX "replies_thread" ON "replies" USING btree ("thread_seq","created_at");--> statement-breakpoint
CREATE INDEX "replies_state" ON "replies" USING btree ("state","updated_at");--> statement-breakpoint
CREATE INDEX "replies_external" ON "replies" USING btree ("source_id","external_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sources_account" ON "sources" USING btree ("connector","account");--> statement-breakpoint
CREATE INDEX "sources_due" ON "sources" USING btree ("state","next_poll_at");--> statement-breakpoint
CREATE UNIQUE INDEX "tags_name" ON "tags" USING btree ("name");--> statement-breakpoint
CREATE INDEX "thread_tags_tag" ON "thread_tags" USING btree ("tag_id","thread_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "threads_id" ON "threads" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "threads_key" ON "threads" USING btree ("platform","instance","root_external_id","author_seq");--> statement-breakpoint
CREATE INDEX "threads_inbox" ON "threads" USING btree ("state","last_inbound_at","seq");--> statement-breakpoint
CREATE INDEX "threads_assignee" ON "threads" USING btree ("assignee_id","state","last_inbound_at","seq");--> statement-breakpoint
CREATE INDEX "threads_source" ON "threads" USING btree ("source_id","state","last_inbound_at","seq");--> statement-breakpoint
CREATE INDEX "threads_sentiment" ON "threads" USING btree ("sentiment","state","last_inbound_at","seq");--> statement-breakpoint
CREATE INDEX "threads_clock" ON "threads" USING btree ("clock_state","clock_due_at","seq");--> statement-breakpoint
CREATE INDEX "threads_customer" ON "threads" USING btree ("customer_seq","last_inbound_at");--> statement-breakpoint
CREATE INDEX "threads_author" ON "threads" USING btree ("author_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "touchpoints_id" ON "touchpoints" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "touchpoints_mention" ON "touchpoints" USING btree ("mention_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "touchpoints_reply" ON "touchpoints" USING btree ("reply_id");--> statement-breakpoint
CREATE UNIQUE INDEX "touchpoints_external" ON "touchpoints" USING btree ("external_key");--> statement-breakpoint
CREATE INDEX "touchpoints_customer" ON "touchpoints" USING btree ("customer_seq","occurred_at","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");