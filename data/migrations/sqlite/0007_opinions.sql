CREATE TABLE `opinions` (
	`key` text PRIMARY KEY NOT NULL,
	`answer` text,
	`asked_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `opinions_asked` ON `opinions` (`asked_at`);