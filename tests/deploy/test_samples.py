"""The samples for systemd, containers and proxies hold what they promise, and name settings that exist."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.test_docs import settings_read

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = [DEPLOY / "kamkor.service", DEPLOY / "kamkor@.service"]
SAMPLES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
WALLS = """NoNewPrivileges=yes ProtectSystem=strict ProtectHome=yes PrivateTmp=yes PrivateDevices=yes
PrivateUsers=yes ProtectKernelTunables=yes ProtectKernelModules=yes ProtectKernelLogs=yes
ProtectControlGroups=yes ProtectClock=yes
ProtectHostname=yes ProtectProc=invisible RestrictNamespaces=yes RestrictSUIDSGID=yes RestrictRealtime=yes
LockPersonality=yes MemoryDenyWriteExecute=yes CapabilityBoundingSet= SystemCallFilter=@system-service
SystemCallArchitectures=native UMask=0077 LimitCORE=0 MemorySwapMax=0 User=kamkor""".split()


@pytest.mark.asvs("13.2.2")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_every_wall(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert [wall for wall in WALLS if wall not in lines] == []


def test_the_server_does_not_start_with_unsafe_settings() -> None:
    lines = (DEPLOY / "kamkor.service").read_text().splitlines()
    assert any(re.fullmatch(r"ExecStartPre=\S+/kamkor check --deploy", line) for line in lines)
    assert "kamkor check --deploy && exec kamkor serve" in (DEPLOY / "Containerfile").read_text()


@pytest.mark.asvs("13.2.5")
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_itself_calls_the_unit_safe(unit: Path) -> None:
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout[-300:] + said.stderr


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_samples_name_settings_that_exist(sample: Path) -> None:
    assert set(re.findall(r"KAMKOR_[A-Z_]+[A-Z]", sample.read_text())) <= settings_read()


def test_every_timer_runs_something_that_is_there() -> None:
    script = (DEPLOY / "by-the-clock").read_text()
    for timer in DEPLOY.glob("*.timer"):
        unit = re.search(r"^Unit=kamkor@(\w+)\.service$", timer.read_text(), re.MULTILINE)
        assert unit is not None
        assert f"\n{unit[1]}) exec" in script
    assert len(list(DEPLOY.glob("*.timer"))) == 4


def test_the_container_runs_as_nobody_in_particular_from_hashed_packages() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    last = text.rpartition("\nFROM ")[2]
    assert "\nUSER 7000:7000\n" in last
    assert "apt-get" not in last
    assert "--require-hashes -r requirements/setup.txt -r requirements/base.txt" in text
    assert "npm ci" in text
    assert "chmod -R go+rX collected" in text, "KAMKOR_HOME is made for nobody but the user who builds"


def test_the_proxies_write_down_neither_addresses_nor_questions() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text()
    form = re.search(r"log_format kamkor '([^']+)'", nginx)
    assert form is not None
    assert not re.search(r"remote|args|request_uri|\$uri|\$request |http_|cookie", form[1])
    assert "~^/fill/link/ /fill/link/;" in nginx  # a link's secret is in its address
    assert re.findall(r"access_log ([^;]+);", nginx) == ["off", "/var/log/nginx/kamkor.log kamkor"]
    caddy = (DEPLOY / "Caddyfile").read_text()
    for kept_out in ("remote_ip", "client_ip", "headers"):
        assert f"request>{kept_out} delete" in caddy
    assert caddy.count('request>uri regexp "(/fill/link/)[^/?]*|\\?.*" "$1"') == 2


@pytest.mark.asvs("4.1.3", "12.1.1")
def test_the_proxies_keep_uploads_and_answers_off_the_disk_and_believe_no_caller() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text()
    greatest = re.search(r"client_max_body_size (\w+);", nginx)
    assert greatest is not None
    assert f"client_body_buffer_size {greatest[1]};" in nginx
    assert "proxy_max_temp_file_size 0;" in nginx
    assert "X-Forwarded-For $remote_addr;" in nginx
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    assert "max_size 26MB" in caddy


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
@pytest.mark.parametrize("unit", [*UNITS, *sorted(DEPLOY.glob("*.timer"))], ids=lambda unit: unit.name)
def test_systemd_itself_understands_every_line(unit: Path) -> None:
    """A word that it does not know it passes over with a warning, and the wall is not there."""
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not re.findall(rf".*{re.escape(unit.name)}:\d+:.*", said.stderr)


def test_the_proxies_change_nothing_of_what_the_server_tells_browsers() -> None:
    """A policy of the proxy's own would stand beside or in the place of the exact one."""
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert not re.search(
        r"^\s*(add_header|more_set_headers|proxy_hide_header|proxy_ignore_headers)", nginx, re.MULTILINE
    )
    assert nginx.count("{") == nginx.count("}")
    statements = [line.split("#")[0].strip() for line in nginx.splitlines()]
    assert all(line.endswith((";", "{", "}")) for line in statements if line)
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert re.findall(r"^\theader (.+)$", caddy, re.MULTILINE) == ["-Server"]
    assert caddy.count("{") == caddy.count("}")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here")
def test_nginx_itself_takes_the_sample(tmp_path: Path) -> None:
    sample = re.sub(
        r"ssl_certificate.*;|access_log /.*;|error_log /.*;", "", (DEPLOY / "nginx.conf").read_text()
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {sample.replace('443 ssl', '8443')} }}")
    said = subprocess.run(["nginx", "-t", "-c", whole], capture_output=True, text=True, check=False)
    assert "syntax is ok" in said.stderr, said.stderr
