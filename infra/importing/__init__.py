"""The importer 导入: tables that people have, into the log, through the same door as everything else.

`mapping` which column says what (declarative TOML) · `table_files` which kind of file, by its content · `csv_rows`,
`excel_rows` and `xes_rows` its rows, in bounded memory · `cells` a cell's value · `documents` a row's door forms · `spool`
all of them in order, in log form · `ledger` what was delivered already · `log_side` Kafka's part · `rejects` the rows that were not
taken · `run` the whole of it.

Everything is read and judged before the first event is sent: a file that breaks off in the middle sends nothing.
"""
