from __future__ import annotations

from pathlib import Path

import pytest

from eyebright.errors import ConfigurationError
from eyebright.settings import Settings, public_address, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read_settings({})
    assert settings.home == Path("~/.eyebright").expanduser()
    assert (settings.host, settings.port, settings.provider) == ("127.0.0.1", 8600, "cpu")


def test_an_empty_variable_counts_as_unset() -> None:
    assert read_settings({"EYEBRIGHT_PORT": "", "EYEBRIGHT_HOME": ""}) == read_settings({})


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "EYEBRIGHT_HOME": str(tmp_path),
            "EYEBRIGHT_DATABASE_URL": "sqlite:///elsewhere.db",
            "EYEBRIGHT_MASTER_KEY": "a2V5",
            "EYEBRIGHT_REGION": "eu-central-1",
            "EYEBRIGHT_HOST": "0.0.0.0",
            "EYEBRIGHT_PORT": "0",
            "EYEBRIGHT_S3_ENDPOINT": "http://127.0.0.1:9000",
            "EYEBRIGHT_PROVIDER": "cuda",
            "EYEBRIGHT_SLOTS": "3",
            "EYEBRIGHT_LABEL_PACK": "labels-extended",
            "EYEBRIGHT_LABEL_NAMES": str(tmp_path / "names.txt"),
            "EYEBRIGHT_TEXT_LANGUAGES": "kor+ara",
            "EYEBRIGHT_JOB_HOURS": "24 123456789012=1.5",
            "EYEBRIGHT_STREAM_PROCESSORS": "10",
            "EYEBRIGHT_CLOCK_SKEW_SECONDS": "60",
        }
    )
    assert settings == Settings(
        job_hours="24 123456789012=1.5",
        stream_processors=10,
        home=tmp_path,
        database_url="sqlite:///elsewhere.db",
        master_key="a2V5",
        region="eu-central-1",
        host="0.0.0.0",
        port=0,
        s3_endpoint="http://127.0.0.1:9000",
        provider="cuda",
        slots=3,
        label_pack="labels-extended",
        label_names=tmp_path / "names.txt",
        text_languages="kor+ara",
        clock_skew_seconds=60,
    )


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("EYEBRIGHT_PORT", "many", "EYEBRIGHT_PORT is 'many'; use a whole number"),
        ("EYEBRIGHT_PORT", "65536", "use 0 to 65535"),
        ("EYEBRIGHT_SLOTS", "-1", "use 0 to 1024"),
        ("EYEBRIGHT_PROVIDER", "tpu", "use 'cpu' or 'cuda'"),
        ("EYEBRIGHT_LABEL_PACK", "best", "use 'labels' or 'labels-extended'"),
    ],
)
def test_a_bad_value_names_the_variable_and_the_way_out(
    variable: str, text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=variable) as caught:
        read_settings({variable: text})
    assert said in caught.value.message


def test_own_label_names_need_the_pack_that_can_see_them() -> None:
    with pytest.raises(ConfigurationError, match="needs EYEBRIGHT_LABEL_PACK=labels-extended"):
        read_settings({"EYEBRIGHT_LABEL_NAMES": "names.txt"})


def test_paths_follow_the_home(tmp_path: Path) -> None:
    settings = read_settings({"EYEBRIGHT_HOME": str(tmp_path)})
    assert settings.packs_directory == tmp_path / "packs"
    assert settings.effective_database_url == f"sqlite:///{tmp_path / 'eyebright.db'}"


def test_hours_of_jobs_are_for_all_accounts_or_for_one() -> None:
    settings = read_settings({"EYEBRIGHT_JOB_HOURS": "24 123456789012=1.5"})
    assert settings.job_hours_of_accounts == {"": 24.0, "123456789012": 1.5}
    assert Settings().job_hours_of_accounts == {"": 0.0}


@pytest.mark.parametrize("hours", ["soon", "-1", "123456789012=", "nan", "24h"])
def test_hours_of_jobs_are_numbers(hours: str) -> None:
    with pytest.raises(ConfigurationError, match="EYEBRIGHT_JOB_HOURS"):
        _ = Settings(job_hours=hours).job_hours_of_accounts


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("rtsp://me:secret@camera:554/1", "rtsp://camera:554/1"),
        ("https://hooks.example/x?token=secret#secret", "https://hooks.example/x"),
        ("rtsp://me:p@ss@[::1]/1", "rtsp://[::1]/1"),
        ("/films/a.mp4", "/films/a.mp4"),
        ("http://me:secret@[bad/1", "(an address that is none)"),
    ],
)
def test_what_is_said_of_an_address_has_no_secrets(address: str, said: str) -> None:
    assert public_address(address) == said
