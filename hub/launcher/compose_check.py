"""`python -m hub.launcher.compose_check`: checks docker-compose.yml as far as that goes without
a Docker engine: syntax, references between services, and that nothing is open to the world."""

import sys
from typing import Any

import yaml

from hub.launcher.places import ROOT

EXPECTED = {
    "database", "redis", "mailcatcher", "migrate", "web", "worker", "sync-worker", "beat",
}  # fmt: skip


def find_faults(compose: dict[str, Any]) -> list[str]:
    """What is wrong with a compose file, in sentences."""
    services: dict[str, dict[str, Any]] = compose.get("services") or {}
    faults = [f"service {name} is missing" for name in sorted(EXPECTED - services.keys())]
    volumes = compose.get("volumes") or {}
    for name, service in services.items():
        if not {"image", "build"} & service.keys():
            faults.append(f"{name} has neither image nor build")
        faults += [
            f"{name} depends on {other}, which does not exist"
            for other in service.get("depends_on", ())
            if other not in services
        ]
        faults += [
            f"{name} publishes {port} beyond this machine"
            for port in service.get("ports", ())
            if not str(port).startswith("127.0.0.1:")
        ]
        mounted = [str(volume).split(":")[0] for volume in service.get("volumes", ())]
        faults += [
            f"{name} mounts {source}, which is not declared"
            for source in mounted
            if not source.startswith((".", "/")) and source not in volumes
        ]
    return faults


def main() -> int:
    """Check the file of this clone."""
    faults = find_faults(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
