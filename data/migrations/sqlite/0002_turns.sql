CREATE TABLE `orphan_replies` (
	`source_id` text NOT NULL,
	`external_id` text NOT NULL,
	`parent_external_id` text NOT NULL,
	`item` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`source_id`, `external_id`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `orphan_replies_parent` ON `orphan_replies` (`parent_external_id`);--> statement-breakpoint
ALTER TABLE `threads` ADD `turns` text;