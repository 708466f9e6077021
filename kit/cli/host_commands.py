"""The commands of the host itself, declared like every other. Their handlers receive the Host."""

from __future__ import annotations

from ..commands import Argument, Command, Effect, Flag, Option, ValueType

_H = "kit.cli.handlers"

HOST_COMMANDS = (
    Command("status", "How this installation is doing, at a glance", run=f"{_H}.status:status", phrases=("status",)),
    Command(
        "init",
        "Ask a few questions and write a commented config.json",
        run=f"{_H}.init:init",
        effect=Effect.WRITE,
        params=(
            Flag("defaults", "Ask nothing; take the default answers"),
            Flag("force", "Replace an existing config.json (a backup is kept)"),
        ),
    ),
    Command(
        "demo",
        "A throw-away portfolio of sample data; with words behind it, any command there",
        run=f"{_H}.demo:demo",
        params=(Argument("words", help="A kit command line to run in the demo", required=False, many=True),),
        examples=("kit demo", "kit demo holdings BTC"),
    ),
    Command(
        "ask",
        "Ask in plain words",
        run=f"{_H}.ask:ask",
        params=(Argument("words", help="The question", many=True),),
        examples=('kit ask "How much do I have on Binance?"',),
    ),
    Command(
        "doctor",
        "Check the installation, and with --fix cure what can be cured",
        run=f"{_H}.doctor:doctor",
        effect=Effect.WRITE,
        params=(Flag("fix", "Cure what can be cured without losing anything"),),
        table=True,
    ),
    Command(
        "diagnostics",
        "Write a bundle for a bug report, without secrets and without balances",
        run=f"{_H}.diagnostics:diagnostics",
        params=(Option("output", ValueType.PATH, "Where to write it (a .zip)"),),
    ),
    Command("problems", "What is wrong and what to do about it", run=f"{_H}.problems:problems", table=True),
    Command(
        "backup",
        "A consistent copy of config and data in one file, also while something runs",
        run=f"{_H}.backup:backup",
        params=(Argument("file", ValueType.PATH, "Where to write it", required=False),),
    ),
    Command(
        "restore",
        "Put a backup back; what is there now is kept beside it",
        run=f"{_H}.backup:restore",
        effect=Effect.WRITE,
        params=(
            Argument("file", ValueType.FILE, "The backup"),
            Flag("yes", "Do not ask"),
        ),
    ),
    Command(
        "start",
        "Do everything that is done by the clock, until it is told to end",
        run=f"{_H}.start:start",
        effect=Effect.WRITE,
        params=(
            Flag("once", "Do what is due now, then end"),
            Option("duration", ValueType.DURATION, "End after this long (10m)"),
            Flag("json", "A line of JSON for each thing that happens"),
        ),
        details="See docs/running.md for running it as a service. Ctrl-C ends it; a second one at once.",
        examples=("kit start --once", "kit start --duration 10m"),
    ),
    Command(
        "jobs list",
        "Every job: when it runs, and how it went",
        run=f"{_H}.jobs:list_",
        phrases=("which jobs are running", "what jobs are there", "show my jobs", "list the jobs", "how are the jobs"),
        table=True,
    ),
    Command(
        "jobs run",
        "Run a job now, whatever its schedule says",
        run=f"{_H}.jobs:run",
        params=(Argument("name", help="The job, as in “kit jobs list”"),),
        phrases=("run the {name} job", "run the job {name}"),
        effect=Effect.WRITE,
    ),
    Command(
        "jobs history",
        "What ran, when and how it ended, the newest first",
        run=f"{_H}.jobs:history",
        params=(
            Argument("name", help="Only this job", required=False),
            Option("limit", ValueType.INTEGER, "How many runs", default=20),
        ),
        phrases=("show the history of the {name} job", "what did the jobs do"),
        table=True,
    ),
    Command(
        "jobs pause",
        "Set a job aside until it is resumed",
        run=f"{_H}.jobs:pause",
        params=(Argument("name", help="The job, as in “kit jobs list”"),),
        phrases=("pause the {name} job", "pause the job {name}"),
        effect=Effect.WRITE,
    ),
    Command(
        "jobs resume",
        "Take a paused job up again; what it missed is not made up for",
        run=f"{_H}.jobs:resume",
        params=(Argument("name", help="The job, as in “kit jobs list”"),),
        phrases=("resume the {name} job", "resume the job {name}"),
        effect=Effect.WRITE,
    ),
    Command("config path", "Where config.json is", run=f"{_H}.config:path"),
    Command(
        "config show",
        "The settings in force, secrets hidden",
        run=f"{_H}.config:show",
        params=(
            Argument("section", help="Only this part (skills.portfolio-tracker)", required=False),
            Flag("origin", "Say where each value comes from"),
        ),
        table=True,
    ),
    Command("config check", "Check config.json, with file:line:column", run=f"{_H}.config:check"),
    Command(
        "config get",
        "One setting",
        run=f"{_H}.config:get",
        params=(Argument("key", help="skills.portfolio-tracker.baseCurrency"),),
    ),
    Command(
        "config set",
        "Change one setting; comments stay, a backup is kept",
        run=f"{_H}.config:set_value",
        effect=Effect.WRITE,
        params=(
            Argument("key", help="skills.portfolio-tracker.baseCurrency"),
            Argument("value", help="JSON, or a plain word"),
        ),
    ),
    Command(
        "config schema",
        "The JSON Schema of config.json, for editors",
        run=f"{_H}.config:schema",
        params=(Argument("section", help="Only this section", required=False),),
    ),
    Command("plugins list", "Every plugin, its state and why", run=f"{_H}.plugins:list_", table=True),
    Command(
        "plugins show",
        "What one plugin brings",
        run=f"{_H}.plugins:show",
        params=(Argument("name", ValueType.PLUGIN),),
    ),
    Command(
        "plugins enable",
        "Load a plugin again",
        run=f"{_H}.plugins:enable",
        effect=Effect.WRITE,
        params=(Argument("name", ValueType.PLUGIN),),
    ),
    Command(
        "plugins disable",
        "Set a plugin aside; loads none to do so",
        run=f"{_H}.plugins:disable",
        effect=Effect.WRITE,
        params=(Argument("name", ValueType.PLUGIN),),
    ),
    Command(
        "plugins check",
        "Tell a plugin author what is missing",
        run=f"{_H}.plugins:check",
        params=(Argument("target", help="A plugin's name, or the folder of one"),),
        table=True,
    ),
    Command(
        "plugins new",
        "Start a plugin of your own, with tests that pass",
        run=f"{_H}.plugins:new",
        effect=Effect.WRITE,
        params=(
            Argument("kind", choices=("skill", "exchange")),
            Argument("name"),
            Option("path", ValueType.PATH, "Where to create the folder (default: here)"),
        ),
    ),
    Command(
        "completion",
        "The line that switches on completion in your shell",
        run=f"{_H}.completion:completion",
        params=(Argument("shell", choices=("bash", "zsh", "fish")),),
    ),
)
