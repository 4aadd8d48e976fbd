CREATE TABLE `copy_keys` (
	`key` integer PRIMARY KEY NOT NULL,
	`mention_seq` integer NOT NULL,
	`day` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `mentions` ADD `shares` text;--> statement-breakpoint
ALTER TABLE `mentions` ADD `copy_of` integer;--> statement-breakpoint
CREATE INDEX `mentions_copies` ON `mentions` (`copy_of`) WHERE "mentions"."copy_of" is not null;--> statement-breakpoint
ALTER TABLE `threads` ADD `copy_of` integer;--> statement-breakpoint
CREATE INDEX `threads_copies` ON `threads` (`copy_of`) WHERE "threads"."copy_of" is not null;--> statement-breakpoint
ALTER TABLE `volume_rollup` ADD `copies` integer DEFAULT 0 NOT NULL;