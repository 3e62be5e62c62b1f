-- The same of submissions, see 0106.
ALTER TABLE matter_history MODIFY COLUMN submissions
    Array(Tuple(
        id String, registered_on Date32, received_on Date32, entered_at Nullable(String), channel LowCardinality(String),
        purpose LowCardinality(String), category LowCardinality(String),
        office Tuple(id LowCardinality(String), level UInt8, kind LowCardinality(String)), first_in Array(String), repeat_of String,
        proposed Bool, copy_of String, cross_level LowCardinality(String), replied_on Nullable(Date32)))
    DEFAULT tupleElement(said, 'submissions') COMMENT 'its submissions 信访件'
