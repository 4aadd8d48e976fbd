CREATE TABLE "automation_changes" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"run_seq" bigint NOT NULL,
	"mention_seq" bigint NOT NULL,
	"thread_seq" bigint NOT NULL,
	"change" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "automation_runs" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"automation_seq" bigint NOT NULL,
	"state" text NOT NULL,
	"rule" jsonb NOT NULL,
	"top_seq" bigint NOT NULL,
	"cursor_seq" bigint NOT NULL,
	"matched" integer DEFAULT 0 NOT NULL,
	"planned" integer DEFAULT 0 NOT NULL,
	"changed" integer DEFAULT 0 NOT NULL,
	"sample" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"finished_at" bigint
);
--> statement-breakpoint
CREATE TABLE "automations" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"query_id" text,
	"text" text NOT NULL,
	"actions" jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "automation_changes" ADD CONSTRAINT "automation_changes_run_seq_automation_runs_seq_fk" FOREIGN KEY ("run_seq") REFERENCES "public"."automation_runs"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "automation_runs" ADD CONSTRAINT "automation_runs_automation_seq_automations_seq_fk" FOREIGN KEY ("automation_seq") REFERENCES "public"."automations"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "automation_changes_run" ON "automation_changes" USING btree ("run_seq","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "automation_runs_id" ON "automation_runs" USING btree ("id");--> statement-breakpoint
CREATE INDEX "automation_runs_rule" ON "automation_runs" USING btree ("automation_seq","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "automations_id" ON "automations" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "automations_name" ON "automations" USING btree ("name");