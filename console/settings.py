"""What a city sets for its own hotline: ``settings.toml`` in the home folder; everything has a default."""

from pathlib import Path

import msgspec


class SettingsError(ValueError):
    """The settings file cannot be used; the message names the entry and the reason."""


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another system that takes what is pushed to it: its address, and the secret that signs what is sent."""

    url: str
    secret: str = ""


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How ``hotline work`` delivers.

    ``mail`` is the server that takes mail (``smtp://user:password@host:587``, or ``smtps://…:465``), ``mail_from`` the
    sender's address, ``bounces`` the mailbox to which undeliverable mail comes back (``pop3s://user:password@host``).
    ``units`` are the systems of units, by the unit's name, ``platforms`` those that hand in requests, by their
    channel's name. ``waits`` are the seconds between one try and the next; after the last a delivery is held.
    """

    mail: str = ""
    mail_from: str = ""
    bounces: str = ""
    units: dict[str, Endpoint] = {}
    platforms: dict[str, Endpoint] = {}
    waits: tuple[float, ...] = (15, 30, 60, 120, 300, 600, 1800, 3600, 7200)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A city's settings.

    ``centre`` is the accepting unit (受理单位) on every ticket. ``duty`` is the agent number of the manager on duty,
    to whom urgent requests are reported. ``telephone`` is the address of the telephone system
    (``tcp://127.0.0.1:7345`` or ``unix:/path``); empty for none. ``monochrome`` is for terminals without colour.
    ``queue`` is the URL of the city's dispatch queue (``postgresql://…``); empty for the file in the home folder.
    ``lines`` names, for a number other than 12345, how that hotline joined (3.1 note 2): 整体并入, 双号并行 or 分中心.
    ``work`` says how the centre's workers deliver.
    """

    centre: str = "市12345热线中心"
    duty: str = ""
    telephone: str = ""
    queue: str = ""
    monochrome: bool = False
    lines: dict[str, str] = {}
    work: Work = Work()


def load_settings(path: Path) -> Settings:
    """Read the settings; a missing file means the defaults.

    Raises:
        SettingsError: the file is broken.
    """
    if not path.exists():
        return Settings()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 有误：{error}；请改正，或移走它以使用默认设置") from error
