"""Files that people send to bring many rows at once: registers, stock, accounts.

A file goes one way, whatever it holds: staged as text, brought to one way of writing (`tidy`), checked line by line
(`rules`), acted on (`bring`), all in one transaction. What a person sees before confirming is that very act, taken back
again; the second click does it. One wrong line: nothing is changed.

A kind of file is a `kinds.Kind` named in IMPORT_KINDS of the settings. It says

- `code` and `label`: the word in addresses and rows, and the one people read;
- `shape`: its columns (`districts.loading.shapes`), from which the blank sheet is made too; `other_shapes` are
  headers that are read as well;
- `check_may(user, code)`: a `check_can_…` of the region `code` ("" is the nation), raising AccessRefused;
- `tidy`: SQL statements on the staged table `values.TABLE` (columns of the shape as text, and `line`);
- `rules`: steps of `Rule`; the rules of a step run only where every line passed the steps before, so that a later step
  may cast. Rules and `tidy` may name %(region)s, %(prefix)s (a LIKE pattern of codes below it), %(election)s (or None),
  %(zone)s, %(now)s; a lone percent sign is written %%;
- `bring(cursor, acting)`: writes what the staged lines say, marks the kecamatan stale and returns `Brought`. It may
  raise ImportRefused. It must cost a fixed number of statements;
- `home(code)`: the address of the page where such files are uploaded, also the tab that its pages stand under;
- `adds_up`: applied twice it would double, so the same file is refused the second time. Registers say what is so: the
  same file again changes nothing;
- `source`: the sentence of where such files come from;
- `after(file)`: the address to go to once it is applied; None is the page of the file.

Upload pages are `views.imports.upload_page`; preview, apply and blanks have one address for all kinds.
"""
