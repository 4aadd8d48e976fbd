CREATE TABLE `api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_hash` ON `api_tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `audit` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`object` text NOT NULL,
	`data` text,
	`ip` text DEFAULT '' NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_object` ON `audit` (`object`,`seq`);--> statement-breakpoint
CREATE TABLE `authors` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`platform` text NOT NULL,
	`instance` text DEFAULT '' NOT NULL,
	`external_id` text NOT NULL,
	`handle` text NOT NULL,
	`handle_key` text NOT NULL,
	`name` text,
	`url` text,
	`avatar_url` text,
	`followers` integer,
	`bio` text,
	`location` text,
	`verified_urls` text,
	`is_bot` integer,
	`identity_hints` text,
	`customer_seq` integer,
	`first_seen_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `authors_external` ON `authors` (`platform`,`instance`,`external_id`);--> statement-breakpoint
CREATE INDEX `authors_handle` ON `authors` (`platform`,`handle_key`);--> statement-breakpoint
CREATE INDEX `authors_customer` ON `authors` (`customer_seq`);--> statement-breakpoint
CREATE TABLE `counters` (
	`key` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `coverage` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`to_at` integer NOT NULL,
	`kind` text NOT NULL,
	`reason` text,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `coverage_source` ON `coverage` (`source_id`,`kind`,`to_at`);--> statement-breakpoint
CREATE TABLE `customers` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`company` text,
	`tier` text,
	`location` text,
	`preferred_channel` text,
	`notes` text,
	`external_ref` text,
	`custom` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `customers_id` ON `customers` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `customers_external_ref` ON `customers` (`external_ref`);--> statement-breakpoint
CREATE INDEX `customers_name` ON `customers` (`name_key`,`seq`);--> statement-breakpoint
CREATE TABLE `drafts` (
	`thread_seq` integer NOT NULL,
	`user_id` text NOT NULL,
	`text` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`thread_seq`, `user_id`),
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `events` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`recorded_at` integer NOT NULL,
	`kind` text NOT NULL,
	`thread_seq` integer,
	`mention_seq` integer,
	`reply_id` text,
	`actor` text NOT NULL,
	`data` text
);
--> statement-breakpoint
CREATE INDEX `events_thread` ON `events` (`thread_seq`,`seq`);--> statement-breakpoint
CREATE TABLE `identities` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`customer_seq` integer NOT NULL,
	`kind` text NOT NULL,
	`platform` text DEFAULT '' NOT NULL,
	`value` text NOT NULL,
	`value_key` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`customer_seq`) REFERENCES `customers`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `identities_value` ON `identities` (`kind`,`platform`,`value_key`,`customer_seq`);--> statement-breakpoint
CREATE INDEX `identities_customer` ON `identities` (`customer_seq`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`lane` text DEFAULT '' NOT NULL,
	`payload` text NOT NULL,
	`run_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`leased_until` integer DEFAULT 0 NOT NULL,
	`lease_token` text,
	`last_error` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_key` ON `jobs` (`kind`,`key`);--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`run_at`,`leased_until`);--> statement-breakpoint
CREATE TABLE `links` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`author_seq` integer NOT NULL,
	`customer_seq` integer NOT NULL,
	`status` text NOT NULL,
	`method` text NOT NULL,
	`evidence` text NOT NULL,
	`score` real,
	`is_current` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	FOREIGN KEY (`author_seq`) REFERENCES `authors`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`customer_seq`) REFERENCES `customers`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `links_author` ON `links` (`author_seq`,`is_current`);--> statement-breakpoint
CREATE INDEX `links_customer` ON `links` (`customer_seq`,`is_current`);--> statement-breakpoint
CREATE TABLE `matches` (
	`query_seq` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`spans` text NOT NULL,
	PRIMARY KEY(`mention_seq`, `query_seq`),
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `matches_query` ON `matches` (`query_seq`,`mention_seq`);--> statement-breakpoint
CREATE TABLE `mention_sources` (
	`mention_seq` integer NOT NULL,
	`source_id` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`mention_seq`, `source_id`),
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `mention_sources_source` ON `mention_sources` (`source_id`);--> statement-breakpoint
CREATE TABLE `mention_versions` (
	`mention_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`title` text,
	`text` text NOT NULL,
	`rating_unit` real,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`mention_seq`, `version`),
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `mentions` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`platform` text NOT NULL,
	`instance` text DEFAULT '' NOT NULL,
	`external_id` text NOT NULL,
	`uri` text,
	`url` text,
	`kind` text NOT NULL,
	`thread_seq` integer NOT NULL,
	`author_seq` integer NOT NULL,
	`parent_external_id` text,
	`root_external_id` text NOT NULL,
	`title` text,
	`text` text NOT NULL,
	`lang_declared` text,
	`created_at` integer NOT NULL,
	`ingested_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`content_hash` text NOT NULL,
	`visibility` text,
	`is_history` integer DEFAULT false NOT NULL,
	`is_own` integer DEFAULT false NOT NULL,
	`metrics` text,
	`media` text,
	`review` text,
	`rating_unit` real,
	`reply_to` text,
	`enriched_at` integer,
	`lang` text,
	`sentiment` text,
	`sentiment_score` real,
	`confidence` real,
	`intents` text,
	`urgency` text,
	`model` text,
	`classification` text,
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`author_seq`) REFERENCES `authors`(`seq`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mentions_id` ON `mentions` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `mentions_external` ON `mentions` (`platform`,`instance`,`external_id`);--> statement-breakpoint
CREATE INDEX `mentions_uri` ON `mentions` (`uri`);--> statement-breakpoint
CREATE INDEX `mentions_thread` ON `mentions` (`thread_seq`,`created_at`);--> statement-breakpoint
CREATE INDEX `mentions_root` ON `mentions` (`platform`,`root_external_id`);--> statement-breakpoint
CREATE INDEX `mentions_author` ON `mentions` (`author_seq`,`seq`);--> statement-breakpoint
CREATE TABLE `notes` (
	`id` text PRIMARY KEY NOT NULL,
	`thread_seq` integer NOT NULL,
	`user_id` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `notes_thread` ON `notes` (`thread_seq`,`created_at`);--> statement-breakpoint
CREATE TABLE `one_time_links` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`data` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` text PRIMARY KEY NOT NULL,
	`source_id` text NOT NULL,
	`raw` text NOT NULL,
	`error` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `quarantine_source` ON `quarantine` (`source_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `queries` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text DEFAULT 'brand' NOT NULL,
	`text` text NOT NULL,
	`settings` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `queries_id` ON `queries` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `queries_name` ON `queries` (`name`);--> statement-breakpoint
CREATE TABLE `query_versions` (
	`query_seq` integer NOT NULL,
	`version` integer NOT NULL,
	`text` text NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text,
	PRIMARY KEY(`query_seq`, `version`),
	FOREIGN KEY (`query_seq`) REFERENCES `queries`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `rate_buckets` (
	`key` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`blocked_until` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `raw_payloads` (
	`mention_seq` integer PRIMARY KEY NOT NULL,
	`payload` text NOT NULL,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `replies` (
	`id` text PRIMARY KEY NOT NULL,
	`thread_seq` integer NOT NULL,
	`mention_seq` integer NOT NULL,
	`source_id` text NOT NULL,
	`user_id` text,
	`actor` text NOT NULL,
	`text` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`scheduled_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`attempted_at` integer,
	`looks` integer DEFAULT 0 NOT NULL,
	`resends` integer DEFAULT 0 NOT NULL,
	`external_id` text,
	`uri` text,
	`url` text,
	`sent_at` integer,
	`error` text,
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `replies_thread` ON `replies` (`thread_seq`,`created_at`);--> statement-breakpoint
CREATE INDEX `replies_state` ON `replies` (`state`,`updated_at`);--> statement-breakpoint
CREATE INDEX `replies_external` ON `replies` (`source_id`,`external_id`);--> statement-breakpoint
CREATE TABLE `response_rollup` (
	`day` integer NOT NULL,
	`source_id` text NOT NULL,
	`metric` text NOT NULL,
	`bucket` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `source_id`, `metric`, `bucket`)
);
--> statement-breakpoint
CREATE TABLE `saved_views` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text,
	`name` text NOT NULL,
	`filter` text NOT NULL,
	`position` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`user_agent` text DEFAULT '' NOT NULL,
	`ip` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_user` ON `sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sessions_expiry` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sources` (
	`id` text PRIMARY KEY NOT NULL,
	`connector` text NOT NULL,
	`account` text NOT NULL,
	`name` text NOT NULL,
	`config` text NOT NULL,
	`secrets` text,
	`session` text,
	`settings` text NOT NULL,
	`state` text NOT NULL,
	`cursor` text,
	`interval_seconds` integer NOT NULL,
	`next_poll_at` integer NOT NULL,
	`last_poll_at` integer,
	`last_success_at` integer,
	`last_item_at` integer,
	`connected_at` integer NOT NULL,
	`last_error` text,
	`error_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sources_account` ON `sources` (`connector`,`account`);--> statement-breakpoint
CREATE INDEX `sources_due` ON `sources` (`state`,`next_poll_at`);--> statement-breakpoint
CREATE TABLE `tags` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_name` ON `tags` (`name`);--> statement-breakpoint
CREATE TABLE `thread_tags` (
	`thread_seq` integer NOT NULL,
	`tag_id` text NOT NULL,
	PRIMARY KEY(`thread_seq`, `tag_id`),
	FOREIGN KEY (`thread_seq`) REFERENCES `threads`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`tag_id`) REFERENCES `tags`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `thread_tags_tag` ON `thread_tags` (`tag_id`,`thread_seq`);--> statement-breakpoint
CREATE TABLE `threads` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`platform` text NOT NULL,
	`instance` text DEFAULT '' NOT NULL,
	`root_external_id` text NOT NULL,
	`author_seq` integer NOT NULL,
	`source_id` text NOT NULL,
	`customer_seq` integer,
	`revision` integer DEFAULT 1 NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`snoozed_until` integer,
	`assignee_id` text,
	`last_mention_seq` integer,
	`mention_count` integer DEFAULT 0 NOT NULL,
	`last_inbound_at` integer NOT NULL,
	`last_reply_at` integer,
	`created_at` integer NOT NULL,
	`kind` text NOT NULL,
	`lang` text,
	`sentiment` text,
	`intents` text,
	`urgency` text,
	`rating_unit` real,
	`clock_state` text DEFAULT 'none' NOT NULL,
	`clock_started_at` integer,
	`clock_ingested_at` integer,
	`clock_due_at` integer,
	`clock_stopped_at` integer,
	`clock_target_ms` integer,
	FOREIGN KEY (`author_seq`) REFERENCES `authors`(`seq`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`source_id`) REFERENCES `sources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assignee_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `threads_id` ON `threads` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `threads_key` ON `threads` (`platform`,`instance`,`root_external_id`,`author_seq`);--> statement-breakpoint
CREATE INDEX `threads_inbox` ON `threads` (`state`,`last_inbound_at`,`seq`);--> statement-breakpoint
CREATE INDEX `threads_assignee` ON `threads` (`assignee_id`,`state`,`last_inbound_at`,`seq`);--> statement-breakpoint
CREATE INDEX `threads_source` ON `threads` (`source_id`,`state`,`last_inbound_at`,`seq`);--> statement-breakpoint
CREATE INDEX `threads_sentiment` ON `threads` (`sentiment`,`state`,`last_inbound_at`,`seq`);--> statement-breakpoint
CREATE INDEX `threads_clock` ON `threads` (`clock_state`,`clock_due_at`,`seq`);--> statement-breakpoint
CREATE INDEX `threads_customer` ON `threads` (`customer_seq`,`last_inbound_at`);--> statement-breakpoint
CREATE INDEX `threads_author` ON `threads` (`author_seq`);--> statement-breakpoint
CREATE TABLE `throttles` (
	`key` text PRIMARY KEY NOT NULL,
	`failures` integer NOT NULL,
	`last_at` integer NOT NULL,
	`blocked_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `touchpoints` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`customer_seq` integer NOT NULL,
	`channel` text NOT NULL,
	`direction` text NOT NULL,
	`stage` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`summary` text NOT NULL,
	`mention_seq` integer,
	`reply_id` text,
	`user_id` text,
	`external_key` text,
	`data` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`customer_seq`) REFERENCES `customers`(`seq`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`mention_seq`) REFERENCES `mentions`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `touchpoints_id` ON `touchpoints` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `touchpoints_mention` ON `touchpoints` (`mention_seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `touchpoints_reply` ON `touchpoints` (`reply_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `touchpoints_external` ON `touchpoints` (`external_key`);--> statement-breakpoint
CREATE INDEX `touchpoints_customer` ON `touchpoints` (`customer_seq`,`occurred_at`,`seq`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text,
	`role` text NOT NULL,
	`locale` text DEFAULT 'en' NOT NULL,
	`time_zone` text DEFAULT 'UTC' NOT NULL,
	`theme` text DEFAULT 'system' NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `volume_rollup` (
	`query_seq` integer NOT NULL,
	`day` integer NOT NULL,
	`source_id` text NOT NULL,
	`sentiment` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`query_seq`, `day`, `source_id`, `sentiment`)
);
