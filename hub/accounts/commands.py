"""`hub users`: the first user of an installation, and help when nobody can sign in."""

from __future__ import annotations

import click

from hub.accounts import identities, service
from hub.accounts.rules import RoleName
from hub.kernel import access, work


@click.group("users")
def users() -> None:
    """People who sign in."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in RoleName]))
@click.password_option(help="asked for when not given")
def add(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Make a user who can sign in."""
    with work.unit(), access.acting(access.SYSTEM):
        wanted = [RoleName(role) for role in roles]
        user_id = service.create(email, name, password=password, roles=wanted)
    click.echo(f"user {user_id} made")


@users.command("lock")
@click.argument("email")
def lock(email: str) -> None:
    """End a user's sessions and let him in no more."""
    with work.unit(), access.acting(access.SYSTEM):
        service.lock(_id_of(email))
    click.echo(f"{email} is locked")


@users.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Let a locked user sign in again."""
    with work.unit(), access.acting(access.SYSTEM):
        service.unlock(_id_of(email))
    click.echo(f"{email} may sign in")


@users.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Take a lost second factor away: its owner sets up another at his next sign-in."""
    with work.unit(), access.acting(access.SYSTEM):
        service.reset_second_factor(_id_of(email))
    click.echo(f"{email} sets up a second factor at the next sign-in")


def _id_of(email: str) -> int:
    identity = identities.read(email)
    return access.found(identities.user_of(identity) if identity else None).id
