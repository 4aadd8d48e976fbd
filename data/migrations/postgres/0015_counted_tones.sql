-- What was counted by its label alone is counted as mixed or unsure now (countedTone): a difference to what stands, so that
-- counts of what is no longer stored stay.
WITH moved AS MATERIALIZED (
  SELECT m.seq, m.created_at / 86400000 AS day, m.sentiment AS label,
    CASE WHEN (m.classification #>> '{probabilities,negative}')::numeric > 0.38 AND (m.classification #>> '{probabilities,positive}')::numeric > 0.38
      THEN 'mixed:' ELSE 'unsure:' END || m.sentiment AS tone,
    coalesce((SELECT s.source_id FROM mention_sources s WHERE s.mention_seq = m.seq ORDER BY s.seen_at LIMIT 1), '') AS source_id,
    CASE WHEN m.copy_of IS NULL THEN 0 ELSE 1 END AS copies
  FROM mentions m
  WHERE m.model IS NOT NULL AND m.sentiment IS NOT NULL
    AND (m.classification #>> '{human,sentiment}') IS NULL
    AND ((m.classification #>> '{unsure}') = 'true'
      OR ((m.classification #>> '{probabilities,negative}')::numeric > 0.38 AND (m.classification #>> '{probabilities,positive}')::numeric > 0.38))
), counted AS (
  SELECT 0 AS query_seq, moved.* FROM moved
  UNION ALL SELECT matches.query_seq, moved.* FROM moved JOIN matches ON matches.mention_seq = moved.seq
), steps AS (
  SELECT query_seq, day, source_id, label AS tone, -1 AS count, -copies AS copies FROM counted
  UNION ALL SELECT query_seq, day, source_id, tone, 1, copies FROM counted
)
INSERT INTO volume_rollup (query_seq, day, source_id, sentiment, count, copies)
SELECT query_seq, day, source_id, tone, sum(count), sum(copies) FROM steps WHERE true
GROUP BY query_seq, day, source_id, tone
ON CONFLICT (query_seq, day, source_id, sentiment) DO UPDATE
SET count = volume_rollup.count + excluded.count, copies = volume_rollup.copies + excluded.copies;
