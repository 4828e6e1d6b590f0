"""Compares `meterport.exe` under wine with the native program: windows-checks.py PROGRAMS WORK

PROGRAMS holds the native program with `drivers/` and `simulators/`, WORK what `windows` has prepared.
Everything that is compared is what a person gets: exit code and the document on standard output. Times
that pass between two runs are left out of that, and nothing else.
"""

import json
import os
import pathlib
import subprocess
import sys
import time

# wine leads COM1 to COM4 to the computer's own serial ports at every start.
PORT = "COM5"
NO_PORT = "COM9"
PLUGINS = pathlib.Path(__file__).resolve().parents[2] / "plugins"

programs, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
link = work / "meter"
failed = []


def native(*arguments):
    return run([programs / "meterport", "--data-dir", work / "native-data", *arguments])


def windows(*arguments):
    program = work / "program" / "meterport.exe"
    return run([os.environ["WINE"], program, "--data-dir", windows_path(work / "data"), *arguments])


def windows_path(path):
    """wine shows the computer's root folder as its drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def run(command):
    done = subprocess.run(
        [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, timeout=120
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def document(done, exit_code=0):
    code, output, errors = done
    assert code == exit_code, f"exit {code} instead of {exit_code}: {errors.strip()}"
    return json.loads(output)


def readout(done):
    """A readout without the times at which it was made."""
    values = document(done)
    for name in ("host", "offset_seconds"):
        values["clock"].pop(name)
    return values


def error(done):
    """How a reading ended: exit code and registered word."""
    code, _, errors = done
    assert code != 0, "it did not fail"
    return code, json.loads(errors)["error"]["code"]


def reading(port, *more):
    driver = ["--driver", "onetouch-ultra2", "--zone", "Europe/Berlin"]
    return ["read", "--port", port, *driver, "--format", "json", *more]


class Meter:
    """A simulated meter on a pseudo-terminal, which both programs find under the same name."""

    def __init__(self, *knobs):
        knobs = [word for knob in knobs for word in ("--knob", knob)]
        command = [programs / "simulators" / "onetouch-ultra2", "--link", link, "--records", "40"]
        self.command = [str(part) for part in command + knobs]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().startswith("serving on"), "no simulated meter"

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)


def set_up_port(name, target):
    key = r"HKLM\Software\Wine\Ports"
    command = [os.environ["WINE"], "reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", target, "/f"]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=120)


def restart():
    """wine looks at its ports when it starts. What it starts beside a program would keep that
    program's output open, so it is started here, with none."""
    wine, server = os.environ["WINE"], os.environ["WINESERVER"]
    for command in ([server, "-k"], [server, "-p"], [wine, "cmd", "/c", "exit"]):
        nothing = subprocess.DEVNULL
        subprocess.run(command, stdin=nothing, stdout=nothing, stderr=nothing, timeout=120)


def check(sentence):
    def wrapped(story):
        begin = time.monotonic()
        try:
            story()
            outcome = "ok"
        except (AssertionError, ValueError, KeyError, subprocess.SubprocessError) as error:
            failed.append(sentence)
            outcome = f"FAILED: {type(error).__name__}: {error}"
        print(f"{sentence}: {outcome} ({time.monotonic() - begin:.1f} s)", flush=True)

    return wrapped


@check("the port is led to a pseudo-terminal")
def _():
    set_up_port(PORT, str(link))
    restart()


@check("version: the same but for the system it was built for")
def _():
    here, there = document(native("version", "--json")), document(windows("version", "--json"))
    assert there.pop("target") == "x86_64-pc-windows-gnu", "built for another system"
    here.pop("target")
    assert there == here, f"{there} is not {here}"


@check("devices: without HID and USB the list is empty and nothing fails")
def _():
    listed = document(windows("devices", "--json"))
    assert listed == {"schema": "meterport.devices/1", "devices": []}, f"{listed}"
    code, _, remarks = windows("devices")
    assert code == 0 and "HID devices cannot be listed" in remarks, f"exit {code}: {remarks.strip()}"


@check("selftest: a driver runs, and nothing that is needed has failed")
def _():
    there = document(windows("selftest", "--json"))
    here = document(native("selftest", "--json"))
    names = [one["name"] for one in here["checks"]]
    assert [one["name"] for one in there["checks"]] == names, "other checks than on Linux"
    found = {one["name"]: one for one in there["checks"]}
    for name in ("drivers.run", "ports.listed", "ports.permission", "data.private", "secrets.kept"):
        assert found[name]["ok"], f"{found[name]}"


@check("a port that is not there ends as on Linux")
def _():
    there = error(windows(*reading(NO_PORT)))
    here = error(native(*reading(work / "nothing")))
    assert there == here == (3, "device.none"), f"{there} is not {here}"


@check("a meter that falls silent ends as on Linux")
def _():
    with Meter("silent-after=400"):
        there = error(windows(*reading(PORT)))
    with Meter("silent-after=400"):
        here = error(native(*reading(link)))
    assert there == here and here[1] == "device.timeout", f"{there} is not {here}"


@check("a damaged byte is asked for again, with the same results as on Linux")
def _():
    with Meter("damage-byte=900"):
        there = readout(windows(*reading(PORT)))
        here = readout(native(*reading(link)))
    assert len(here["results"]) == 40, "not all results"
    assert there == here, "the readouts differ"


@check("a whole memory gives the same document as on Linux")
def _():
    with Meter():
        there = readout(windows(*reading(PORT)))
        here = readout(native(*reading(link)))
    assert len(here["results"]) == 40, "not all results"
    assert there == here, "the readouts differ"


@check("one recording of every driver gives the same as on Linux")
def _():
    recordings = [next(iter(sorted(one.glob("*.json"))), None) for one in PLUGINS.glob("*/recordings")]
    recordings = [one.with_suffix(".rec") for one in recordings if one]
    assert recordings, "there are no recordings"
    for recording in recordings:
        driver = recording.parent.parent.name
        arguments = ["read", "--driver", driver, "--format", "json", "--replay"]
        there = document(windows(*arguments, windows_path(recording)))
        assert there == document(native(*arguments, recording)), f"{driver}: the readouts differ"


if failed:
    sys.exit(f"error: {len(failed)} checks failed")
