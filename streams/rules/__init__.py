"""Rule sets 规则集 as data, one TOML file a version; `streams.ruleset` reads them."""
