-- Tokens come folded and stemmed from src/text: 'simple' only splits on blanks, so that both databases find the same.
CREATE TABLE "mention_search" ("mention_seq" bigint PRIMARY KEY NOT NULL, "tokens" tsvector NOT NULL);--> statement-breakpoint
CREATE INDEX "mention_search_tokens" ON "mention_search" USING gin ("tokens");
