CREATE TABLE `label_log` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`mention_version` integer NOT NULL,
	`kind` text NOT NULL,
	`sentiment` text,
	`intents` text,
	`shown_sentiment` text,
	`shown_intents` text,
	`shown_confidence` real,
	`shown_model` text,
	`user_id` text NOT NULL,
	`via` text NOT NULL,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `label_log_mention` ON `label_log` (`mention_seq`,`seq`);--> statement-breakpoint
CREATE TABLE `model_versions` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`base` text NOT NULL,
	`format` integer NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`activated_at` integer,
	`activated_by` text,
	`log_seq` integer NOT NULL,
	`figures` text NOT NULL,
	`delta` blob,
	`pins` blob
);
--> statement-breakpoint
CREATE UNIQUE INDEX `model_versions_id` ON `model_versions` (`id`);--> statement-breakpoint
CREATE INDEX `model_versions_state` ON `model_versions` (`state`,`seq`);--> statement-breakpoint
CREATE TABLE `rejudgements` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`model` text NOT NULL,
	`rules` integer NOT NULL,
	`upto_seq` integer NOT NULL,
	`cursor_seq` integer NOT NULL,
	`stale` integer DEFAULT 0 NOT NULL,
	`judged` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`moves` text NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`started_by` text,
	`started_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rejudgements_id` ON `rejudgements` (`id`);--> statement-breakpoint
CREATE TABLE `term_rule_versions` (
	`rule_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`query` text NOT NULL,
	`effect` text NOT NULL,
	`is_active` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`rule_seq`, `version`),
	FOREIGN KEY (`rule_seq`) REFERENCES `term_rules`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `term_rules` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`query` text NOT NULL,
	`effect` text NOT NULL,
	`position` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `term_rules_id` ON `term_rules` (`id`);--> statement-breakpoint
INSERT INTO `label_log` (`at`, `mention_seq`, `mention_version`, `kind`, `sentiment`, `intents`, `shown_sentiment`, `shown_intents`, `shown_model`, `user_id`, `via`)
SELECT e.`at`, e.`mention_seq`, m.`version`, 'corrected', json_extract(e.`data`, '$.sentiment'), json_extract(e.`data`, '$.intents'), json_extract(e.`data`, '$.was.sentiment'), json_extract(e.`data`, '$.was.intents'), json_extract(e.`data`, '$.was.model'), e.`actor`, 'thread'
FROM `events` e JOIN `mentions` m ON m.`seq` = e.`mention_seq` WHERE e.`kind` = 'classification.corrected' ORDER BY e.`seq`;
