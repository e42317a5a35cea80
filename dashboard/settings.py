"""The environment, read once. Every variable begins with DASHBOARD_."""

from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Where the text files are, where the built store goes, and what the site calls itself."""

    model_config = SettingsConfigDict(env_prefix="DASHBOARD_", extra="ignore")

    data: Path = ROOT / "data"
    case_studies: Path = ROOT / "case_studies"
    store: Path = ROOT / "data" / "build"
    database_url: str | None = None
    """A PostgreSQL address for the catalogue; SQLite inside the store when empty."""
    public_url: str = ""
    """The address readers use, without a trailing slash; empty means addresses relative to the host."""
    feedback_url: str = ""
    """Where readers send corrections, a web or mail address; where it is empty, no text promises one."""

    @property
    def feedback_address(self) -> str:
        """Return the address that takes corrections as readers see it."""
        return self.feedback_url.removeprefix("mailto:")


@lru_cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
