CREATE TABLE `automation_changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`run_seq` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`thread_seq` integer NOT NULL,
	`change` text NOT NULL,
	FOREIGN KEY (`run_seq`) REFERENCES `automation_runs`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `automation_changes_run` ON `automation_changes` (`run_seq`,`seq`);--> statement-breakpoint
CREATE TABLE `automation_runs` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`automation_seq` integer NOT NULL,
	`state` text NOT NULL,
	`rule` text NOT NULL,
	`top_seq` integer NOT NULL,
	`cursor_seq` integer NOT NULL,
	`matched` integer DEFAULT 0 NOT NULL,
	`planned` integer DEFAULT 0 NOT NULL,
	`changed` integer DEFAULT 0 NOT NULL,
	`sample` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`automation_seq`) REFERENCES `automations`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `automation_runs_id` ON `automation_runs` (`id`);--> statement-breakpoint
CREATE INDEX `automation_runs_rule` ON `automation_runs` (`automation_seq`,`seq`);--> statement-breakpoint
CREATE TABLE `automations` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`position` integer NOT NULL,
	`query_id` text,
	`text` text NOT NULL,
	`actions` text NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `automations_id` ON `automations` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `automations_name` ON `automations` (`name`);