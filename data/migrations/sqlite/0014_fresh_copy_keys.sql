CREATE TABLE `fresh_copy_keys` (
	`key` integer PRIMARY KEY NOT NULL,
	`mention_seq` integer NOT NULL,
	`day` integer NOT NULL
);
