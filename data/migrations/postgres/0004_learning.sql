CREATE TABLE "label_log" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"mention_seq" bigint NOT NULL,
	"mention_version" integer NOT NULL,
	"kind" text NOT NULL,
	"sentiment" text,
	"intents" jsonb,
	"shown_sentiment" text,
	"shown_intents" jsonb,
	"shown_confidence" double precision,
	"shown_model" text,
	"user_id" text NOT NULL,
	"via" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"base" text NOT NULL,
	"format" integer NOT NULL,
	"state" text NOT NULL,
	"created_at" bigint NOT NULL,
	"activated_at" bigint,
	"activated_by" text,
	"log_seq" bigint NOT NULL,
	"figures" jsonb NOT NULL,
	"delta" "bytea",
	"pins" "bytea"
);
--> statement-breakpoint
CREATE TABLE "rejudgements" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"state" text NOT NULL,
	"model" text NOT NULL,
	"rules" integer NOT NULL,
	"upto_seq" bigint NOT NULL,
	"cursor_seq" bigint NOT NULL,
	"stale" integer DEFAULT 0 NOT NULL,
	"judged" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"moves" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"finished_at" bigint,
	"started_by" text,
	"started_at" bigint
);
--> statement-breakpoint
CREATE TABLE "term_rule_versions" (
	"rule_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"query" text NOT NULL,
	"effect" jsonb NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	CONSTRAINT "term_rule_versions_rule_seq_version_pk" PRIMARY KEY("rule_seq","version")
);
--> statement-breakpoint
CREATE TABLE "term_rules" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"query" text NOT NULL,
	"effect" jsonb NOT NULL,
	"position" integer NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "label_log" ADD CONSTRAINT "label_log_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "term_rule_versions" ADD CONSTRAINT "term_rule_versions_rule_seq_term_rules_seq_fk" FOREIGN KEY ("rule_seq") REFERENCES "public"."term_rules"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "label_log_mention" ON "label_log" USING btree ("mention_seq","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "model_versions_id" ON "model_versions" USING btree ("id");--> statement-breakpoint
CREATE INDEX "model_versions_state" ON "model_versions" USING btree ("state","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "rejudgements_id" ON "rejudgements" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "term_rules_id" ON "term_rules" USING btree ("id");--> statement-breakpoint
INSERT INTO "label_log" ("at", "mention_seq", "mention_version", "kind", "sentiment", "intents", "shown_sentiment", "shown_intents", "shown_model", "user_id", "via")
SELECT e."at", e."mention_seq", m."version", 'corrected', e."data"->>'sentiment', e."data"->'intents', e."data"->'was'->>'sentiment', e."data"->'was'->'intents', e."data"->'was'->>'model', e."actor", 'thread'
FROM "events" e JOIN "mentions" m ON m."seq" = e."mention_seq" WHERE e."kind" = 'classification.corrected' ORDER BY e."seq";
