CREATE TABLE `exclusion_list_versions` (
	`list_id` text NOT NULL,
	`version` integer NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	PRIMARY KEY(`list_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `exclusion_lists` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`text` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `exclusion_lists_id` ON `exclusion_lists` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `exclusion_lists_name` ON `exclusion_lists` (`name`);--> statement-breakpoint
CREATE TABLE `query_exclusions` (
	`query_seq` integer NOT NULL,
	`list_seq` integer NOT NULL,
	PRIMARY KEY(`query_seq`, `list_seq`),
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`list_seq`) REFERENCES `exclusion_lists`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `query_exclusions_list` ON `query_exclusions` (`list_seq`);--> statement-breakpoint
CREATE TABLE `query_group_members` (
	`group_seq` integer NOT NULL,
	`query_seq` integer NOT NULL,
	PRIMARY KEY(`group_seq`, `query_seq`),
	FOREIGN KEY (`group_seq`) REFERENCES `query_groups`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `query_group_members_query` ON `query_group_members` (`query_seq`);--> statement-breakpoint
CREATE TABLE `query_groups` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `query_groups_id` ON `query_groups` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `query_groups_name` ON `query_groups` (`name`);--> statement-breakpoint
CREATE TABLE `rejections` (
	`mention_seq` integer NOT NULL,
	`query_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`spans` text NOT NULL,
	`rejected_at` integer NOT NULL,
	`rejected_by` text NOT NULL,
	PRIMARY KEY(`mention_seq`, `query_seq`),
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `rejections_query` ON `rejections` (`query_seq`,`mention_seq`);--> statement-breakpoint
ALTER TABLE `query_versions` ADD `lists` text;