"""`python -m hub.launcher`: demo, env, run, check, stop."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from hub.launcher.checks import run_checks
from hub.launcher.demo import run_demo, stop_demo
from hub.launcher.environment import as_migrator, made_here, start_with_environment
from hub.launcher.places import Instance, LauncherError, named_instance, var_folder
from hub.launcher.processes import die_with_parent
from hub.launcher.servers import stop_servers


def main(arguments: list[str]) -> int:
    """Run one verb; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.verb(options))
    except LauncherError as error:
        print(f"wharf: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m hub.launcher", description=__doc__)
    parser.add_argument(
        "--instance",
        default="demo",
        help="which set of servers and data (default: demo)",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    demo = verbs.add_parser("demo", help="start everything, until Ctrl-C")
    demo.add_argument(
        "--die-with-parent",
        action="store_true",
        help="stop when the calling process dies",
    )
    demo.set_defaults(verb=_demo)
    env = verbs.add_parser("env", help="start the servers and print the environment for a shell")
    env.set_defaults(verb=_env)
    run = verbs.add_parser("run", help="start the servers and run a command with the environment")
    run.add_argument(
        "--migrator",
        action="store_true",
        help="DATABASE_URL is the migrator's: for migrate",
    )
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    run.set_defaults(verb=_run)
    check = verbs.add_parser("check", help="check style, types, floors, migrations, deployment")
    check.set_defaults(verb=_check)
    stop = verbs.add_parser("stop", help="stop a running demo, and the servers")
    stop.set_defaults(verb=_stop)
    return parser


def _demo(options: argparse.Namespace) -> int:
    if options.die_with_parent:
        die_with_parent()
    return run_demo(named_instance(options.instance))


def _env(options: argparse.Namespace) -> int:
    environment = start_with_environment(named_instance(options.instance))
    for name, value in made_here(environment).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _run(options: argparse.Namespace) -> int:
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        raise LauncherError("Say what to run: python -m hub.launcher run -- COMMAND")
    environment = start_with_environment(named_instance(options.instance))
    if options.migrator:
        environment = as_migrator(environment)
    beside_python = str(Path(sys.executable).parent)
    environment["PATH"] = f"{beside_python}{os.pathsep}{environment.get('PATH', '')}"
    try:
        os.execvpe(command[0], command, environment)
    except FileNotFoundError as error:
        raise LauncherError(f"There is no command {command[0]!r}.") from error


def _check(_options: argparse.Namespace) -> int:
    return run_checks(Instance(var_folder() / "check", durable=False))


def _stop(options: argparse.Namespace) -> int:
    instance = named_instance(options.instance)
    demo_stopped = stop_demo(instance)
    print("Stopped." if stop_servers(instance) or demo_stopped else "Nothing was running.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
