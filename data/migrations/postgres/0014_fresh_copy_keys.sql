CREATE TABLE "fresh_copy_keys" (
	"key" bigint PRIMARY KEY NOT NULL,
	"mention_seq" bigint NOT NULL,
	"day" integer NOT NULL
);
