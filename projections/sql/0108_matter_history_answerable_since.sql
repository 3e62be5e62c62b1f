-- Since when the one who is answerable has been: asked of an office's matters, whose bytes need then not be read.
ALTER TABLE matter_history ADD COLUMN IF NOT EXISTS answerable_since Nullable(Date32)
    DEFAULT toDate32OrNull(JSONExtractString(raw, 'answerable_since')) COMMENT 'since when' AFTER answerable_kind
