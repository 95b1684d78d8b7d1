from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from eyebright.cli.env import ENDPOINT_FILE, client_environment, endpoint_url
from eyebright.cli.main import main
from eyebright.settings import Settings


def test_a_shell_that_evaluates_it_has_what_aws_clients_read(tmp_path: Path) -> None:
    home = tmp_path / "it's a $home"
    home.mkdir()
    (home / "credentials").touch()
    answer = CliRunner().invoke(main, ["--home", str(home), "env"])
    script = f'eval {shlex.quote(answer.stdout)}; printf %s "$AWS_SHARED_CREDENTIALS_FILE"'
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert answer.exit_code == 0
    assert shell.stdout == str(home / "credentials")


def test_json_is_all_there_is_on_standard_output(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["--home", str(tmp_path), "env", "--json"])
    assert json.loads(answer.stdout)["AWS_PROFILE"] == "eyebright"
    assert "does not exist yet" in answer.stderr


def test_keys_in_the_environment_do_not_win_over_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    answer = CliRunner().invoke(main, ["--home", str(tmp_path), "env"])
    assert "unset AWS_ACCESS_KEY_ID" in answer.stdout.splitlines()


def test_the_running_server_says_where_it_is(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, port=8600)
    assert client_environment(settings)["AWS_ENDPOINT_URL_REKOGNITION"] == "http://127.0.0.1:8600"
    (tmp_path / ENDPOINT_FILE).write_text("https://127.0.0.1:9443\n")
    assert client_environment(settings)["AWS_ENDPOINT_URL_REKOGNITION"] == "https://127.0.0.1:9443"


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:1"), ("::", "http://[::1]:1"), ("::1", "http://[::1]:1")],
)
def test_a_server_that_listens_everywhere_is_reached_over_loopback(host: str, url: str) -> None:
    assert endpoint_url(host, 1, tls=False) == url
