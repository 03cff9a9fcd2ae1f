"""Code lists, crosswalks and the country pack, as files with typed readers. Knows nothing of Django."""
