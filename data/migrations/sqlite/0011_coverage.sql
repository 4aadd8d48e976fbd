CREATE TABLE `source_hours` (
	`source_id` text NOT NULL,
	`hour` integer NOT NULL,
	`count` integer NOT NULL,
	`newest_at` integer NOT NULL,
	PRIMARY KEY(`source_id`, `hour`),
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
ALTER TABLE `coverage` ADD `fill` text;--> statement-breakpoint
ALTER TABLE `coverage` ADD `fill_cursor` text;--> statement-breakpoint
ALTER TABLE `coverage` ADD `filled_at` integer;--> statement-breakpoint
ALTER TABLE `sources` ADD `freshness` text;--> statement-breakpoint
ALTER TABLE `sources` ADD `silent_since` integer;