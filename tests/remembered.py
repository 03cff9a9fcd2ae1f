"""Sessions for tests that ask for very many pages: the same row is not read again for each of them."""

from kamkor.access import sessions

ROWS: dict[str | None, sessions.SignIn] = {}


class SessionStore(sessions.SessionStore):
    def _get_session_from_db(self) -> sessions.SignIn | None:
        key = self.session_key
        if key not in ROWS:
            row = super()._get_session_from_db()
            if row is None:
                return None
            ROWS[key] = row
        self.row = ROWS[key]
        return self.row

    def save(self, must_create: bool = False) -> None:
        super().save(must_create)
        ROWS.pop(self.session_key, None)
