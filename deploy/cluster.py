"""giaoban grown past one process: PostgreSQL, Redis, two gunicorn processes and nginx in front, all in one folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.services import LOOPBACK, ClusterError, Nginx, PostgreSQL, Redis, Service, Web, free_port
from giaoban import config


class Cluster:
    """All of it. `environment` holds GIAOBAN_… settings; those that only the cluster knows come on top.

    With `postgresql` given, that server is used and left running; `database` names the database on it, `app` what the
    processes serve.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str],
        *,
        host: str = LOOPBACK,
        port: int | None = None,
        postgresql: PostgreSQL | None = None,
        database: str = "giaoban",
        app: str = "wsgi:app",
    ) -> None:
        self._own_postgresql = postgresql is None
        self.postgresql = postgresql or PostgreSQL(folder / "postgresql")
        self.redis = Redis(folder / "redis")
        self._database = database
        self._folder = folder
        self._given = environment
        self.environment: dict[str, str] = {}
        self.webs: Sequence[Web] = [Web(f"web-{number}", folder, self.environment, app) for number in (1, 2)]
        self.nginx = Nginx(folder / "nginx", host, port or free_port(), self.webs)
        self.url = self.nginx.url

    @property
    def services(self) -> Sequence[Service]:
        """Everything that it starts, in the order of starting."""
        return [*([self.postgresql] if self._own_postgresql else []), self.redis, *self.webs, self.nginx]

    def start_stores(self) -> None:
        """The database and Redis; from now on `environment` is whole, for the processes and for a command line."""
        if self._own_postgresql:
            self.postgresql.start()
            self.postgresql.ensure_database(self._database)
        self.redis.start()
        own = {
            "GIAOBAN_DATABASE_URL": self.postgresql.url(self._database),
            "GIAOBAN_REDIS_URL": self.redis.url,
            "GIAOBAN_TRUSTED_PROXIES": "1",
        }
        self.environment.update({"GIAOBAN_PUBLIC_URL": self.url, **self._given, **own})
        if "GIAOBAN_SECRET_KEY" not in self.environment:
            self.environment["GIAOBAN_SECRET_KEY"] = config.kept_secret(self._folder / "secret_key")

    def start_serving(self) -> None:
        """Both processes side by side, then nginx; returns once a visitor is served. Raises ClusterError."""
        for web in self.webs:
            web.launch()
        for web in self.webs:
            web.wait_until_it_answers()
            if not web.ready:
                raise ClusterError(f"{web.name} lives but is not ready, see {web.url}/readyz and {web.log_path}")
        self.nginx.start()

    def stop(self) -> None:
        """End all that runs, whoever serves people first."""
        for service in reversed(self.services):
            service.stop()
