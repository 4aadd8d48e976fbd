CREATE TABLE `audit_items` (
	`audit_seq` integer NOT NULL,
	`position` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`mention_version` integer NOT NULL,
	`said` text NOT NULL,
	`label_a` text,
	`label_b` text,
	`verdict` text,
	`verdict_by` text,
	PRIMARY KEY(`audit_seq`, `position`),
	FOREIGN KEY (`audit_seq`) REFERENCES `audits`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`verdict_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `audit_items_mention` ON `audit_items` (`mention_seq`);--> statement-breakpoint
CREATE TABLE `audits` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`month` text NOT NULL,
	`seed` integer NOT NULL,
	`size` integer NOT NULL,
	`population` integer,
	`state` text NOT NULL,
	`rater_a` text,
	`rater_b` text,
	`created_at` integer NOT NULL,
	`closed_at` integer,
	FOREIGN KEY (`rater_a`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`rater_b`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audits_id` ON `audits` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `audits_month` ON `audits` (`month`);--> statement-breakpoint
CREATE TABLE `rating_settlements` (
	`mention_seq` integer PRIMARY KEY NOT NULL,
	`decision` text NOT NULL,
	`user_id` text NOT NULL,
	`decided_at` integer NOT NULL,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tag_model_versions` (
	`tag_id` text NOT NULL,
	`version` integer NOT NULL,
	`model` text NOT NULL,
	`report` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	PRIMARY KEY(`tag_id`, `version`),
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`created_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `tag_models` (
	`tag_id` text PRIMARY KEY NOT NULL,
	`mode` text DEFAULT 'off' NOT NULL,
	`threshold` real NOT NULL,
	`version` integer,
	`problem` text,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `tag_suggestions` (
	`tag_id` text NOT NULL,
	`thread_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`score` real NOT NULL,
	`because` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	PRIMARY KEY(`thread_seq`, `tag_id`),
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`decided_by`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `tag_suggestions_state` ON `tag_suggestions` (`tag_id`,`state`,`thread_seq`);--> statement-breakpoint
CREATE TABLE `topic_matches` (
	`topic_seq` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`day` integer NOT NULL,
	`sentiment` text NOT NULL,
	`confidence` real,
	`spans` text NOT NULL,
	PRIMARY KEY(`mention_seq`, `topic_seq`),
	FOREIGN KEY (`topic_seq`) REFERENCES `topics`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `topic_matches_topic` ON `topic_matches` (`topic_seq`,`mention_seq`);--> statement-breakpoint
CREATE TABLE `topic_rollup` (
	`topic_seq` integer NOT NULL,
	`day` integer NOT NULL,
	`sentiment` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`topic_seq`, `day`, `sentiment`),
	FOREIGN KEY (`topic_seq`) REFERENCES `topics`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `topics` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text DEFAULT 'topic' NOT NULL,
	`text` text NOT NULL,
	`settings` text NOT NULL,
	`parent_seq` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`walk` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `topics_id` ON `topics` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `topics_name` ON `topics` (`name`);--> statement-breakpoint
CREATE INDEX `mentions_disagreeing` ON `mentions` (`seq`) WHERE (("mentions"."rating_unit" >= 0.75 and "mentions"."sentiment" = 'negative') or ("mentions"."rating_unit" <= 0.25 and "mentions"."sentiment" = 'positive'));