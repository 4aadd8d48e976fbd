CREATE TABLE `quality_draws` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`query_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`seed` integer NOT NULL,
	`parts` text NOT NULL,
	`drawn_at` integer NOT NULL,
	`drawn_by` text NOT NULL,
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quality_draws_query` ON `quality_draws` (`query_seq`,`version`,`seq`);--> statement-breakpoint
CREATE TABLE `quality_labels` (
	`query_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`user_id` text NOT NULL,
	`label` text NOT NULL,
	`labelled_at` integer NOT NULL,
	PRIMARY KEY(`query_seq`, `version`, `mention_seq`, `user_id`),
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `quality_labels_mention` ON `quality_labels` (`mention_seq`);--> statement-breakpoint
CREATE TABLE `quality_samples` (
	`draw_seq` integer NOT NULL,
	`part` integer NOT NULL,
	`position` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	PRIMARY KEY(`draw_seq`, `part`, `position`),
	FOREIGN KEY (`draw_seq`) REFERENCES `quality_draws`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quality_samples_mention` ON `quality_samples` (`mention_seq`);