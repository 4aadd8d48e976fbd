-- Full-text rows are written by the store in batches, never by a trigger (2.4x dearer). Tokens come folded and stemmed
-- from src/text, so the tokeniser only has to split on blanks.
CREATE VIRTUAL TABLE `mention_search` USING fts5(tokens, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 tokenchars '_'");
