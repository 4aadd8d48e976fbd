CREATE TABLE `source_streams` (
	`source_id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`cursor` text,
	`mode` text NOT NULL,
	`reason` text,
	`mode_at` integer NOT NULL,
	`waits_for_poll_to` integer,
	`read_to` integer,
	`failures` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
