DROP INDEX `mentions_author`;--> statement-breakpoint
DROP INDEX `mentions_root`;--> statement-breakpoint
CREATE INDEX `mentions_root` ON `mentions` (`platform`,`root_external_id`) WHERE "mentions"."root_external_id" <> "mentions"."external_id";--> statement-breakpoint
DROP INDEX `threads_sentiment`;--> statement-breakpoint
DROP INDEX `threads_assignee`;--> statement-breakpoint
CREATE INDEX `threads_negative` ON `threads` (`state`,`last_inbound_at`,`seq`) WHERE "threads"."sentiment" = 'negative';--> statement-breakpoint
CREATE INDEX `threads_assignee` ON `threads` (`assignee_id`,`state`,`last_inbound_at`,`seq`) WHERE "threads"."assignee_id" is not null;--> statement-breakpoint
-- A key and a time: the table is its own index.
CREATE TABLE `mention_sources_lean` (
	`mention_seq` integer NOT NULL,
	`source_id` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`mention_seq`, `source_id`),
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
) WITHOUT ROWID;--> statement-breakpoint
INSERT INTO `mention_sources_lean` SELECT `mention_seq`, `source_id`, `seen_at` FROM `mention_sources`;--> statement-breakpoint
DROP TABLE `mention_sources`;--> statement-breakpoint
ALTER TABLE `mention_sources_lean` RENAME TO `mention_sources`;--> statement-breakpoint
CREATE INDEX `mention_sources_source` ON `mention_sources` (`source_id`);--> statement-breakpoint
-- A page of mentions is a segment of the full-text index: sixteen of them are merged at once instead of four, a piece
-- with every page, and never all of them before somebody's commit.
INSERT INTO `mention_search` (`mention_search`, `rank`) VALUES ('automerge', 16);--> statement-breakpoint
INSERT INTO `mention_search` (`mention_search`, `rank`) VALUES ('crisismerge', 64);
