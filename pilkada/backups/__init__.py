"""One file that holds everything: database and media files. `manage.py backup FILE`, `manage.py restore FILE`."""


class BackupRefused(Exception):
    """Nothing was taken or put back; carries the sentence for who runs the server."""
