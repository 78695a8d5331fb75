"""Weekly and daily reports: what is expected, asked, kept and shown, until when, and who has not sent one."""
