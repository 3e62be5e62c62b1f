"""How answers are told to people, at the terminal and on the page: `words` in both languages, `cells`, and which `columns` come first."""
