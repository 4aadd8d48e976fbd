CREATE TABLE "exclusion_list_versions" (
	"list_id" text NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text,
	CONSTRAINT "exclusion_list_versions_list_id_version_pk" PRIMARY KEY("list_id","version")
);
--> statement-breakpoint
CREATE TABLE "exclusion_lists" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"text" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "query_exclusions" (
	"query_seq" bigint NOT NULL,
	"list_seq" bigint NOT NULL,
	CONSTRAINT "query_exclusions_query_seq_list_seq_pk" PRIMARY KEY("query_seq","list_seq")
);
--> statement-breakpoint
CREATE TABLE "query_group_members" (
	"group_seq" bigint NOT NULL,
	"query_seq" bigint NOT NULL,
	CONSTRAINT "query_group_members_group_seq_query_seq_pk" PRIMARY KEY("group_seq","query_seq")
);
--> statement-breakpoint
CREATE TABLE "query_groups" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rejections" (
	"mention_seq" bigint NOT NULL,
	"query_seq" bigint NOT NULL,
	"version" integer NOT NULL,
	"spans" jsonb NOT NULL,
	"rejected_at" bigint NOT NULL,
	"rejected_by" text NOT NULL,
	CONSTRAINT "rejections_mention_seq_query_seq_pk" PRIMARY KEY("mention_seq","query_seq")
);
--> statement-breakpoint
ALTER TABLE "query_versions" ADD COLUMN "lists" jsonb;--> statement-breakpoint
ALTER TABLE "query_exclusions" ADD CONSTRAINT "query_exclusions_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "query_exclusions" ADD CONSTRAINT "query_exclusions_list_seq_exclusion_lists_seq_fk" FOREIGN KEY ("list_seq") REFERENCES "public"."exclusion_lists"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "query_group_members" ADD CONSTRAINT "query_group_members_group_seq_query_groups_seq_fk" FOREIGN KEY ("group_seq") REFERENCES "public"."query_groups"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "query_group_members" ADD CONSTRAINT "query_group_members_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_mention_seq_mentions_seq_fk" FOREIGN KEY ("mention_seq") REFERENCES "public"."mentions"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rejections" ADD CONSTRAINT "rejections_query_seq_queries_seq_fk" FOREIGN KEY ("query_seq") REFERENCES "public"."queries"("seq") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "exclusion_lists_id" ON "exclusion_lists" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "exclusion_lists_name" ON "exclusion_lists" USING btree ("name");--> statement-breakpoint
CREATE INDEX "query_exclusions_list" ON "query_exclusions" USING btree ("list_seq");--> statement-breakpoint
CREATE INDEX "query_group_members_query" ON "query_group_members" USING btree ("query_seq");--> statement-breakpoint
CREATE UNIQUE INDEX "query_groups_id" ON "query_groups" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "query_groups_name" ON "query_groups" USING btree ("name");--> statement-breakpoint
CREATE INDEX "rejections_query" ON "rejections" USING btree ("query_seq","mention_seq");